#include "connectors/auth/vault.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "connectors/auth/base64.hpp"
#include "connectors/auth/seal.hpp"
#include "tests/support/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

using testing::HasSubstr;
using testing::Not;

using Table = std::map<std::pair<std::string, std::string>, SealedRow>;

/// Rows in memory; the next save can fail as a full disk does.
class MemoryRows final : public SealedRows {
 public:
  explicit MemoryRows(std::shared_ptr<Table> table, std::shared_ptr<bool> full)
      : table_(std::move(table)), full_(std::move(full)) {}
  Result<std::vector<SealedRow>> all() override {
    std::vector<SealedRow> rows;
    for (const auto& [place, row] : *table_) rows.push_back(row);
    return rows;
  }
  Status save(const std::vector<SealedRow>& rows) override {
    if (*full_) return Error{ErrorKind::disk, "full", "", "", {}};
    for (const SealedRow& row : rows) (*table_)[{row.connection, row.key}] = row;
    return {};
  }
  Result<int> remove(const std::string& connection) override {
    return static_cast<int>(std::erase_if(*table_, [&](const auto& entry) { return entry.first.first == connection; }));
  }

 private:
  std::shared_ptr<Table> table_;
  std::shared_ptr<bool> full_;
};

class VaultTest : public testing::Test {
 protected:
  VaultTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fasti-vault-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~VaultTest() override { std::filesystem::remove_all(folder_); }

  std::string key_file() const { return folder_ + "/fasti.db.key"; }
  Vault vault(const std::string& given = "") {
    return Vault(
        system_files(), clock_,
        [this](const std::string&) -> Result<std::unique_ptr<SealedRows>> {
          ++opened_;
          return std::unique_ptr<SealedRows>(std::make_unique<MemoryRows>(table_, full_));
        },
        Secret(given));
  }
  std::string find(const std::string& connection, const std::string& given = "") {
    Vault one = vault(given);
    one.attach(folder_ + "/fasti.db");
    const auto found = one.find(connection, "refresh_token");
    return found ? found->value_or("nothing") : found.error().text();
  }
  Status keep(const std::string& connection, const std::string& value, const std::string& given = "") {
    Vault one = vault(given);
    one.attach(folder_ + "/fasti.db");
    return one.keep(connection, "refresh_token", value);
  }

  std::string folder_;
  support::VirtualClock clock_;
  std::shared_ptr<Table> table_ = std::make_shared<Table>();
  std::shared_ptr<bool> full_ = std::make_shared<bool>(false);
  int opened_ = 0;
};

TEST_F(VaultTest, KeepsASecretSealedWithAKeyThatOnlyItsOwnerMayRead) {
  ASSERT_TRUE(keep("club", "1//secret"));
  EXPECT_EQ(find("club"), "1//secret");
  EXPECT_EQ(find("other"), "nothing");
  struct ::stat info {};
  ASSERT_EQ(::stat(key_file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  for (const auto& [place, row] : *table_) EXPECT_THAT(row.sealed, Not(HasSubstr("secret")));
}

TEST_F(VaultTest, AStoreWithoutAKeyCostsOneLookAndNoConnection) {
  EXPECT_EQ(find("club"), "nothing");
  EXPECT_EQ(opened_, 0);
}

TEST_F(VaultTest, ARowMovedToAnotherConnectionDoesNotOpen) {
  ASSERT_TRUE(keep("club", "a"));
  SealedRow row = table_->begin()->second;
  row.connection = "rival";
  (*table_)[{"rival", "refresh_token"}] = row;
  EXPECT_THAT(find("rival"), HasSubstr("sealed with another key"));
}

TEST_F(VaultTest, AnotherKeyIsAnErrorAndNotNothing) {
  ASSERT_TRUE(keep("club", "a"));
  const std::string other = base64url(std::string(32, 'k'));
  EXPECT_THAT(find("club", other), HasSubstr("fasti connect club"));
  EXPECT_THAT(find("club", "short"), HasSubstr("openssl rand -base64 32"));
}

TEST_F(VaultTest, TheEnvironmentsKeyNeedsNoFile) {
  const std::string hex(64, 'a');
  ASSERT_TRUE(keep("club", "a", hex));
  EXPECT_EQ(find("club", hex), "a");
  EXPECT_FALSE(std::filesystem::exists(key_file()));
}

TEST_F(VaultTest, AKeyFileThatOthersMayReadIsNotUsed) {
  ASSERT_TRUE(keep("club", "a"));
  ::chmod(key_file().c_str(), 0644);
  EXPECT_THAT(find("club"), HasSubstr("chmod 600"));
  EXPECT_FALSE(keep("club", "b"));
}

TEST_F(VaultTest, ANewKeyOpensEverythingAndTheOldOneNothing) {
  ASSERT_TRUE(keep("club", "a"));
  ASSERT_TRUE(keep("other", "b"));
  const std::string old_key = system_files().read(key_file()).value();
  const Table before = *table_;
  Vault one = vault();
  one.attach(folder_ + "/fasti.db");
  EXPECT_EQ(one.rotate_key().value(), 2);
  EXPECT_EQ(find("club"), "a");
  EXPECT_EQ(find("other"), "b");
  EXPECT_THAT(find("club", old_key.substr(0, old_key.size() - 1)), HasSubstr("another key"));
  EXPECT_THAT(system_files().read(key_file()).value(), Not(HasSubstr(old_key)));
  *table_ = before;
  EXPECT_THAT(find("club"), HasSubstr("another key"));
}

TEST_F(VaultTest, ARotationThatFailsHalfWayLosesNothing) {
  ASSERT_TRUE(keep("club", "a"));
  *full_ = true;
  Vault one = vault();
  one.attach(folder_ + "/fasti.db");
  EXPECT_FALSE(one.rotate_key());
  EXPECT_EQ(find("club"), "a");
  *full_ = false;
  EXPECT_TRUE(one.rotate_key());
  EXPECT_EQ(find("club"), "a");
}

TEST_F(VaultTest, ForgettingTakesAllOfAConnection) {
  ASSERT_TRUE(keep("club", "a"));
  ASSERT_TRUE(keep("other", "b"));
  Vault one = vault();
  one.attach(folder_ + "/fasti.db");
  EXPECT_EQ(one.forget("club").value(), 1);
  EXPECT_EQ(find("club"), "nothing");
  EXPECT_EQ(find("other"), "b");
  const auto left = one.list().value();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_TRUE(left[0].readable);
}

TEST(Seal, AnyChangedByteIsNoticed) {
  const Secret key(std::string(32, 'x'));
  const std::string sealed = seal(key, "place", Secret("plain"));
  EXPECT_NE(sealed, seal(key, "place", Secret("plain")));
  EXPECT_EQ(unseal(key, "place", sealed)->reveal(), "plain");
  EXPECT_EQ(unseal(key, "place", seal(key, "place", Secret("")))->reveal(), "");
  for (std::size_t i = 0; i + 1 < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(unseal(key, "place", changed)) << i;
  }
}

}  // namespace
}  // namespace auth
}  // namespace v1
}  // namespace fasti
