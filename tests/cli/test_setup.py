"""init, check, collections, completion, and every complaint about a config."""
import unittest

from fasti_case import CONFIG, FastiCase


class Init(FastiCase):
    config = None

    def test_a_new_folder_checks_and_syncs_as_it_is(self):
        self.fasti("init", "league")
        for name in ("fasti.toml", "kinds/booking.toml", "mappings/caldav-booking.toml", "mappings/ics-booking.toml"):
            self.assertTrue((self.folder / "league" / name).exists(), name)
        self.fasti("check", "--config", "league/fasti.toml")
        self.fasti("sync", "--config", "league/fasti.toml")

    def test_nothing_is_overwritten(self):
        self.fasti("init")
        self.write("fasti.toml", "mine")
        refused = self.fasti("init", code=2)
        self.assertIn("fasti.toml: is there already", refused.err)
        self.assertEqual("mine", (self.folder / "fasti.toml").read_text())


class Check(FastiCase):
    def test_names_every_field_that_leaves_this_machine(self):
        shown = self.fasti("check")
        self.assertIn("club (ics, club): these fields leave this machine", shown.out)
        self.assertIn("SUMMARY", shown.out)
        leaves = self.fasti("check", "--json").json["syncs"][0]["leaves"]
        self.assertIn({"fields": "title", "direction": "<->", "properties": "SUMMARY"}, leaves)

    def test_online_asks_the_provider(self):
        self.fasti("sync")
        self.fasti("check", "--online")

    def test_a_sync_that_only_reads_lets_nothing_out(self):
        self.write("fasti.toml", CONFIG + 'direction = "from_remote"\n')
        self.assertIn("nothing leaves this machine", self.fasti("check").out)


class Collections(FastiCase):
    def test_lists_folders_with_blocks_to_paste(self):
        self.fasti("sync")
        shown = self.fasti("collections", "files")
        self.assertIn('[[sync]]\nname       = "club"\nconnection = "files"\ncollection = "club"', shown.out)
        self.assertEqual(["club"], [c["name"] for c in self.fasti("collections", "files", "--json").json])

    def test_an_unknown_connection_names_the_nearest(self):
        refused = self.fasti("collections", "fils", code=2)
        self.assertIn('there is no connection "fils"', refused.err)
        self.assertIn("files", refused.err)


class BadConfig(FastiCase):
    """Each complaint names the file, the line and the column, and nothing is made."""

    def refused(self, text, *expected):
        self.write("fasti.toml", text)
        answer = self.fasti("sync", "--json", code=2)
        for words in expected:
            self.assertIn(words, answer.err)
        self.assertEqual("bad_config", answer.json["error"]["kind"])
        self.assertFalse((self.folder / "fasti.db").exists(), "a store was made")

    def test_not_toml(self):
        self.refused('store = "fasti.db\n', "fasti.toml:1:")

    def test_an_unknown_key(self):
        self.refused('stroe = "fasti.db"\n', "fasti.toml:1:1", "stroe", "store")

    def test_an_unknown_key_of_a_sync(self):
        self.refused(CONFIG + 'conection = "x"\n', "fasti.toml:11:1", "conection", "connection")

    def test_an_unknown_provider(self):
        self.refused('[connections.a]\nprovider = "caldva"\n', "fasti.toml:2:", "caldva", "caldav")

    def test_an_unknown_connection(self):
        self.refused(CONFIG.replace('connection = "files"', 'connection = "flies"'), "fasti.toml:7:", "flies", "files")

    def test_an_unknown_kind(self):
        self.refused(CONFIG.replace('"booking"', '"bokking"'), "fasti.toml:9:", "bokking", "booking")

    def test_a_sync_without_a_name(self):
        self.refused(CONFIG.replace('name = "club"\n', ""), "fasti.toml:5:", "name")

    def test_two_syncs_of_one_name(self):
        self.refused(CONFIG + CONFIG[CONFIG.index("[[sync]]"):], "fasti.toml:", "club")

    def test_what_comes_later_is_refused_not_ignored(self):
        for line in ('for_each = "team"', 'where = [{ home = "{team}" }]', 'window = { past = "30d" }',
                     'accept = ["update"]', 'on_leave = "delete"'):
            self.refused(CONFIG + line + "\n", "fasti.toml:11:")
        self.refused(CONFIG + '[[availability]]\nkind = "booking"\nresource = "venue"\n', "fasti.toml:11:")

    def test_a_wrong_type(self):
        self.refused(CONFIG.replace("create = true", 'create = "yes"'), "fasti.toml:10:")

    def test_a_bad_choice(self):
        self.refused(CONFIG + 'direction = "to_remot"\n', "fasti.toml:11:", "to_remote")

    def test_a_broken_mapping(self):
        self.write("mappings/ics-booking.toml", 'kind = "booking"\nprovider = "ics"\n[fields.titel]\nproperty = "SUMMARY"\n')
        self.refused(CONFIG, "ics-booking.toml:3:", "titel", "title")

    def test_a_broken_kind(self):
        self.write("kinds/room.toml", 'kind = "room"\nlabel = "name"\n[fields.name]\ntype = "txt"\n')
        self.refused(CONFIG, "room.toml:4:", "txt", "text")


class Usage(FastiCase):
    def test_a_later_command_is_refused_plainly(self):
        refused = self.fasti("serve", code=2)
        self.assertEqual("fasti: `serve` comes with a later version", refused.err.splitlines()[0])

    def test_an_unknown_sync_is_bad_usage(self):
        self.fasti("sync", "clbu", code=2)

    def test_completion_is_a_script_that_bash_takes(self):
        import subprocess
        script = self.fasti("completion", "bash").out
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


if __name__ == "__main__":
    unittest.main()
