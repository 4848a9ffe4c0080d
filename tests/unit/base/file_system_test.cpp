#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "engine/base/file_system.hpp"

namespace fasti {
namespace {

namespace fs = std::filesystem;

class SystemFiles : public testing::Test {
 protected:
  SystemFiles() {
    std::string pattern = (fs::temp_directory_path() / "fasti-files-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~SystemFiles() override {
    ::chmod(folder_.c_str(), 0700);
    fs::remove_all(folder_);
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    const auto list = files_.list(folder_).value();
    for (const FileInfo& info : list) out.push_back(info.name);
    return out;
  }

  FileSystem& files_ = system_files();
  std::string folder_;
};

TEST_F(SystemFiles, read_what_was_written) {
  const std::string bytes = std::string("a\0b\r\n", 5) + std::string(200'000, 'x');
  ASSERT_TRUE(files_.write_atomically(path("a.ics"), bytes).ok());
  EXPECT_EQ(files_.read(path("a.ics")).value(), bytes);
  EXPECT_THAT(names(), testing::ElementsAre("a.ics"));
}

TEST_F(SystemFiles, replace_the_whole_file_and_keep_its_mode) {
  ASSERT_TRUE(files_.write_atomically(path("a"), "a longer first text").ok());
  ASSERT_EQ(::chmod(path("a").c_str(), 0640), 0);
  ASSERT_TRUE(files_.write_atomically(path("a"), "short").ok());
  EXPECT_EQ(files_.read(path("a")).value(), "short");
  EXPECT_EQ(fs::status(path("a")).permissions(), fs::perms(0640));
  EXPECT_THAT(names(), testing::ElementsAre("a"));
}

TEST_F(SystemFiles, write_through_a_symbolic_link) {
  ASSERT_TRUE(files_.write_atomically(path("real"), "1").ok());
  fs::create_symlink("real", path("link"));
  ASSERT_TRUE(files_.write_atomically(path("link"), "2").ok());
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(files_.read(path("real")).value(), "2");
}

TEST_F(SystemFiles, write_new_never_overwrites) {
  ASSERT_TRUE(files_.write_new(path("a"), "mine").ok());
  const Status again = files_.write_new(path("a"), "other");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::rejected);
  EXPECT_EQ(again.error().place, path("a"));
  EXPECT_EQ(files_.read(path("a")).value(), "mine");
  EXPECT_THAT(names(), testing::ElementsAre("a"));
}

TEST_F(SystemFiles, a_file_size_limit_is_a_full_disk_and_leaves_the_old_file_alone) {
  ASSERT_TRUE(files_.write_atomically(path("a"), "old").ok());
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 4096;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status full = files_.write_atomically(path("a"), std::string(100'000, 'x'));
  const Status full_new = files_.write_new(path("b"), std::string(100'000, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().kind, ErrorKind::disk);
  EXPECT_EQ(full.error().place, path("a"));
  EXPECT_FALSE(full_new.ok());
  EXPECT_EQ(files_.read(path("a")).value(), "old");
  EXPECT_THAT(names(), testing::ElementsAre("a"));
}

TEST_F(SystemFiles, only_a_regular_file_is_ever_replaced) {
  ASSERT_TRUE(files_.make_folders(path("d")).ok());
  EXPECT_EQ(files_.write_atomically(path("d"), "x").error().kind, ErrorKind::rejected);
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(files_.write_atomically(path("pipe"), "x").error().kind, ErrorKind::rejected);
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
  EXPECT_THAT(names(), testing::ElementsAre("d", "pipe"));
}

TEST_F(SystemFiles, a_folder_that_may_not_be_written_is_forbidden) {
  if (::geteuid() == 0) GTEST_SKIP() << "skipped: root may write everywhere";
  ASSERT_EQ(::chmod(folder_.c_str(), 0500), 0);
  const Status denied = files_.write_atomically(path("a"), "x");
  ASSERT_FALSE(denied.ok());
  EXPECT_EQ(denied.error().kind, ErrorKind::forbidden);
}

TEST_F(SystemFiles, what_is_not_there_is_not_found) {
  EXPECT_EQ(files_.read(path("no")).error().kind, ErrorKind::not_found);
  EXPECT_EQ(files_.stat(path("no")).error().kind, ErrorKind::not_found);
  EXPECT_EQ(files_.remove(path("no")).error().kind, ErrorKind::not_found);
  EXPECT_EQ(files_.list(path("no")).error().kind, ErrorKind::not_found);
  EXPECT_EQ(files_.write_atomically(path("no/a"), "x").error().kind, ErrorKind::not_found);
}

TEST_F(SystemFiles, a_folder_is_not_a_file) {
  EXPECT_EQ(files_.read(folder_).error().kind, ErrorKind::rejected);
  ASSERT_TRUE(files_.write_atomically(path("a"), "x").ok());
  EXPECT_FALSE(files_.list(path("a")).ok());
}

TEST_F(SystemFiles, list_is_sorted_and_shows_folders_and_dangling_links) {
  ASSERT_TRUE(files_.make_folders(path("c/d/e")).ok());
  ASSERT_TRUE(files_.make_folders(path("c/d/e")).ok());
  ASSERT_TRUE(files_.write_atomically(path("b"), "12").ok());
  fs::create_symlink("nowhere", path("a"));
  const auto list = files_.list(folder_).value();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].name, "a");
  EXPECT_EQ(list[1].name, "b");
  EXPECT_EQ(list[1].size, 2U);
  EXPECT_GT(list[1].modified_ns, 0);
  EXPECT_NE(list[1].inode, 0U);
  EXPECT_FALSE(list[1].folder);
  EXPECT_EQ(list[2].name, "c");
  EXPECT_TRUE(list[2].folder);
}

TEST_F(SystemFiles, stat_names_the_file_without_its_folder) {
  ASSERT_TRUE(files_.write_atomically(path("a"), "abc").ok());
  const FileInfo info = files_.stat(path("a")).value();
  EXPECT_EQ(info.name, "a");
  EXPECT_EQ(info.size, 3U);
  ASSERT_TRUE(files_.remove(path("a")).ok());
  EXPECT_FALSE(files_.stat(path("a")).ok());
}

}  // namespace
}  // namespace fasti
