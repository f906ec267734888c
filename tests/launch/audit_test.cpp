#include "launch/audit/audit_log.h"

#include "galen/error.h"
#include "launch/audit/actor.h"
#include "launch/audit/hashes.h"
#include "launch/audit/run_audit.h"
#include "launch/audit/verification.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <thread>

namespace galen::launch {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Audit : public testing::Test {
 protected:
  // A log of `count` lines.
  void write(int count) {
    AuditLog log(run_);
    for (int i = 1; i <= count; ++i) log.append("evaluated", {{"result", std::to_string(i)}});
  }
  std::vector<std::string> lines() const {
    std::istringstream text(test::read_file(audit_file(run_)));
    std::vector<std::string> all;
    for (std::string line; std::getline(text, line);) all.push_back(line);
    return all;
  }
  void replace(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    folder_.write("audit.jsonl", text);
  }
  std::string fault() const { return verify_audit(run_).fault; }

  test::TemporaryFolder folder_;
  std::string run_ = folder_.path();
};

TEST_F(Audit, ALogIsAChainThatSha256sumCanFollow) {
  write(3);
  const std::vector<std::string> all = lines();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_THAT(nlohmann::json::parse(all[0])["previous"].get<std::string>(), testing::MatchesRegex("[0-9a-f]{64}"));
  for (int i : {1, 2}) {
    folder_.write("line", all[i - 1]);
    const auto sum = test::run_program({"sha256sum", folder_ / "line"});
    EXPECT_EQ(nlohmann::json::parse(all[i])["previous"], sum.output.substr(0, 64));
  }
  EXPECT_EQ(test::read_file(audit_head_file(run_)), "3:" + sha256(all[2]) + "\n");
  EXPECT_THAT(fault(), IsEmpty());
  EXPECT_THAT(verify_audit(run_).notes, IsEmpty());
  EXPECT_EQ(verify_audit(run_).lines, 3);
}

TEST_F(Audit, TwoLogsOfTheSameEventsBeginDifferently) {
  write(1);
  const std::string first = lines()[0];
  const test::TemporaryFolder other;
  AuditLog(other.path()).append("evaluated", {{"result", "1"}});
  EXPECT_NE(nlohmann::json::parse(first)["previous"], nlohmann::json::parse(test::read_file(other / "audit.jsonl"))["previous"]);
}

TEST_F(Audit, ALogThatIsLockedForLongIsAnErrorThatNamesTheHolder) {
  write(1);
  const int held = ::open(audit_file(run_).c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  AuditLog log(run_, "", std::chrono::milliseconds(50));
  EXPECT_THAT([&] { log.append("evaluated", {}); },
              testing::ThrowsMessage<Error>(HasSubstr("process " + std::to_string(::getpid()) + " (launch_tests) has locked it")));
  ::close(held);
  log.append("evaluated", {});
  EXPECT_EQ(lines().size(), 2u);
}

TEST_F(Audit, EveryChangedByteIsFoundAndItsLineNamed) {
  write(4);
  const std::vector<std::string> whole = lines();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (std::size_t byte = 0; byte < whole[i].size(); ++byte) {
      std::vector<std::string> changed = whole;
      changed[i][byte] = static_cast<char>(changed[i][byte] ^ 1);
      replace(changed);
      ASSERT_THAT(fault(), HasSubstr("line " + std::to_string(i + 1))) << changed[i];
    }
  }
}

TEST_F(Audit, EveryRemovedLineIsFoundAndNamed) {
  write(5);
  const std::vector<std::string> whole = lines();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::vector<std::string> fewer = whole;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    replace(fewer);
    EXPECT_THAT(fault(), testing::ContainsRegex("line " + std::to_string(i + 1) + ".* removed")) << fault();
  }
  replace({whole[0], whole[1], whole[4]});
  EXPECT_EQ(fault(), "lines 3 to 4 were removed");
  replace({whole[0], whole[1], whole[2]});
  EXPECT_THAT(fault(), HasSubstr("lines 4 to 5, the last ones by audit.head, were removed"));
  replace({whole[3], whole[4]});
  EXPECT_EQ(fault(), "lines 1 to 3 were removed");
  replace({});
  EXPECT_THAT(fault(), HasSubstr("removed"));
}

TEST_F(Audit, EveryInsertedLineIsFoundAndNamed) {
  write(4);
  const std::vector<std::string> whole = lines();
  for (std::size_t i = 1; i < whole.size(); ++i) {
    auto forged = nlohmann::ordered_json::parse(whole[i]);
    forged["event"] = "forged";
    const auto put = [&](const std::string& line) {
      std::vector<std::string> more = whole;
      more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), line);
      replace(more);
      return fault();
    };
    EXPECT_EQ(put(forged.dump()), "line " + std::to_string(i + 1) + " was inserted") << "properly chained to the line before";
    forged["previous"] = std::string(64, '0');
    EXPECT_EQ(put(forged.dump()), "line " + std::to_string(i + 1) + " was inserted");
    EXPECT_EQ(put(whole[0]), "line " + std::to_string(i + 1) + " was inserted") << "a copy";
    EXPECT_THAT(put("not JSON"), HasSubstr("line " + std::to_string(i + 1)));
  }
  const auto chained = [&](const std::string& previous, int number) {
    return nlohmann::ordered_json({{"line", number}, {"previous", sha256(previous)}, {"event", "forged"}}).dump();
  };
  std::vector<std::string> longer = whole;
  longer.push_back(chained(whole[3], 5));
  longer.push_back(chained(longer[4], 6));
  replace(longer);
  EXPECT_THAT(fault(), HasSubstr("line 5 was added"));
}

TEST_F(Audit, SwappedLinesAreFound) {
  write(4);
  std::vector<std::string> swapped = lines();
  std::swap(swapped[1], swapped[2]);
  replace(swapped);
  EXPECT_NE(fault(), "");
}

TEST_F(Audit, ARewrittenLogIsFoundByAStoredHead) {
  write(3);
  const AuditHead known = verify_audit(run_).head;
  EXPECT_EQ(parse_audit_head(to_text(known))->hash, known.hash);
  AuditLog(run_).append("evaluated", {});
  EXPECT_THAT(verify_audit(run_, {}, known).fault, IsEmpty()) << "it has grown since";
  fs::remove(audit_file(run_));
  fs::remove(audit_head_file(run_));
  write(4);
  EXPECT_THAT(fault(), IsEmpty());
  EXPECT_THAT(verify_audit(run_, {}, known).fault, HasSubstr("line 3 does not match"));
}

TEST_F(Audit, ACrashInTheMiddleOfALineIsNoTampering) {
  write(2);
  const std::string whole = test::read_file(audit_file(run_));
  for (std::size_t bytes = 1; bytes < 60; bytes += 7) {
    folder_.write("audit.jsonl", whole + R"({"line":3,"previous":"ab)" + std::string(bytes, 'c'));
    EXPECT_THAT(fault(), IsEmpty());
    EXPECT_THAT(verify_audit(run_).notes, ElementsAre("line 3 was truncated by a crash"));
    AuditLog(run_).append("resumed", {});
    EXPECT_THAT(fault(), IsEmpty());
    EXPECT_THAT(verify_audit(run_).notes, ElementsAre("line 3 was truncated by a crash"));
    EXPECT_EQ(verify_audit(run_).lines, 4);
    folder_.write("audit.head", "2:" + sha256(whole.substr(whole.find('\n') + 1, whole.size() - whole.find('\n') - 2)) + "\n");
  }
  folder_.write("audit.jsonl", whole.substr(0, whole.size() - 5));
  EXPECT_NE(fault(), "") << "a crash cannot truncate a line that audit.head names";
}

TEST_F(Audit, ACrashBetweenLineAndHeadIsNoTampering) {
  write(2);
  const std::string head = test::read_file(audit_head_file(run_));
  AuditLog(run_).append("evaluated", {});
  folder_.write("audit.head", head);
  EXPECT_THAT(fault(), IsEmpty());
  EXPECT_THAT(verify_audit(run_).notes, ElementsAre(HasSubstr("line 3 is not in audit.head yet")));
  fs::remove(audit_head_file(run_));
  EXPECT_THAT(verify_audit(run_).notes, ElementsAre(HasSubstr("audit.head is missing")));
}

TEST_F(Audit, LinesOfSeveralWritersMakeOneChain) {
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w) {
      writers.emplace_back([this, w] {
        AuditLog log(run_);
        for (int i = 0; i < 10; ++i) log.append("evaluated", {{"by", std::to_string(w)}});
      });
    }
  }
  EXPECT_THAT(fault(), IsEmpty());
  EXPECT_EQ(verify_audit(run_).lines, 40);
}

TEST_F(Audit, RanksThatFailTogetherLeaveOneLine) {
  AuditLog(run_).append("started", {});
  for (int rank : {0, 1, 2}) AuditLog(run_).append_once("failed", {{"rank", std::to_string(rank)}});
  EXPECT_EQ(lines().size(), 2u);
  EXPECT_EQ(nlohmann::json::parse(lines()[1])["rank"], "0");
}

TEST_F(Audit, WithAKeyTheChainCannotBeRecomputedWithoutIt) {
  folder_.write("key", std::string(32, 'k'));
  fs::permissions(folder_ / "key", fs::perms::owner_read);
  const std::string key = read_audit_key(folder_ / "key");
  for (int i = 0; i < 3; ++i) AuditLog(run_, key).append("evaluated", {});
  EXPECT_THAT(verify_audit(run_, key).fault, IsEmpty());
  EXPECT_THAT([&] { verify_audit(run_); }, testing::ThrowsMessage<UsageError>(HasSubstr("--audit.key_file")));
  EXPECT_THROW(AuditLog(run_).append("evaluated", {}), UsageError);
  EXPECT_NE(verify_audit(run_, std::string(32, 'x')).fault, "");

  std::vector<std::string> forged = lines();  // a chain by plain hashes, whose end is the true one's
  auto line = nlohmann::ordered_json::parse(forged[1]);
  line["event"] = "forged";
  forged[1] = line.dump();
  auto follower = nlohmann::ordered_json::parse(forged[2]);
  follower["previous"] = sha256(forged[1]);
  forged[2] = follower.dump();
  replace(forged);
  folder_.write("audit.head", "3:" + sha256(forged[2]) + "\n");
  EXPECT_NE(verify_audit(run_, key).fault, "");
}

TEST_F(Audit, AKeyThatIsNoneIsRefused) {
  folder_.write("short", "short");
  fs::permissions(folder_ / "short", fs::perms::owner_read);
  folder_.write("open", std::string(32, 'k'));
  fs::permissions(folder_ / "open", fs::perms::owner_read | fs::perms::others_read);
  EXPECT_THAT([&] { read_audit_key(folder_ / "short"); }, testing::ThrowsMessage<Error>(HasSubstr("5 bytes")));
  EXPECT_THAT([&] { read_audit_key(folder_ / "open"); }, testing::ThrowsMessage<Error>(HasSubstr("chmod 600")));
  EXPECT_THAT([&] { read_audit_key(folder_ / "none"); }, testing::ThrowsMessage<Error>(HasSubstr("this key file does not exist")));
}

// RFC 4231, test case 2, with the key filled up to 32 bytes as HMAC does; FIPS 180-2, appendix B.1.
TEST(Hashes, AreThoseOfTheStandards) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string key = std::string("Jefe") + std::string(28, '\0');
  EXPECT_EQ(sha256("what do ya want for nothing?", key), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(RecordedCommandLine, IsAsTypedButForSecrets) {
  EXPECT_EQ(command_line("train", {"x.cfg", "--run.folder", "my runs", "--audit.key_file", "/keys/k"}),
            "galen train x.cfg --run.folder 'my runs' --audit.key_file /keys/k");
  EXPECT_EQ(command_line("train", {"--db.password", "hunter2", "--api_token=abc", "--lr", "1"}),
            "galen train --db.password *** --api_token=*** --lr 1");
  EXPECT_EQ(command_line("import", {"http://me:hunter2@host/x", "it's"}), "galen import http://me:***@host/x 'it'\\''s'");
}

TEST(RunOfCheckpoint, IsFoundBehindLinks) {
  const test::TemporaryFolder folder;
  fs::create_directories(folder / "run/checkpoints/step-00000005");
  fs::create_directory_symlink("checkpoints/step-00000005", folder / "run/best");
  folder.write("run/config.cfg", "");
  const std::string run = fs::canonical(folder / "run");
  EXPECT_EQ(run_of_checkpoint(folder / "run/best"), run);
  EXPECT_EQ(run_of_checkpoint(folder / "run/checkpoints/step-00000005/"), run);
  fs::create_directories(folder / "copy");
  EXPECT_EQ(run_of_checkpoint(folder / "copy"), std::nullopt);
}

}  // namespace
}  // namespace galen::launch
