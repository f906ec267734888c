// With the key a checkpoint can be read; without it its contents are secret, and changes are detected.

#include "trainer/checkpoint/sealed_stream.h"

#include "tests/trainer/checkpoint/small_checkpoint.h"
#include "trainer/checkpoint/sealed_text.h"
#include "trainer/checkpoint/tensor_files.h"
#include "trainer/checkpoint/whole_file.h"

#include <ATen/ops/full.h>
#include <sys/stat.h>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using test::at_step;
using test::message_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kChunk = 256 << 10;  // as in sealed_stream.h
constexpr std::size_t kSealed = kChunk + 17;
constexpr std::size_t kHead = 16 + 24;

class Encryption : public testing::Test {
 protected:
  Encryption() : key_(test::new_key(folder_)), store_(folder_ / "run", {.key_file = key_}) {}

  std::string sealed(std::int64_t step, const std::string& file = "weights.safetensors.sealed") const {
    return store_.folder_of(step) + "/" + file;
  }

  // The error of reading the checkpoint of that step.
  std::string trouble(std::int64_t step) const {
    return message_of([&] { Checkpoint(store_.folder_of(step), store_.key()).check(); });
  }

  test::TemporaryFolder folder_;
  std::string key_;
  CheckpointStore store_;
};

TEST_F(Encryption, RestoresEveryBit) {
  test::save(store_, 7);
  EXPECT_TRUE(test::holds(Checkpoint(store_.last(), store_.key()), 7));
  EXPECT_EQ(read_manifest(store_.last(), key_).state.step, 7);
  const Snapshot snapshot = test::zeros_like(test::some_tensors(7));
  Checkpoint(store_.last(), store_.key()).load_weights(snapshot.sections[0].tensors);
  EXPECT_TRUE(snapshot.sections[0].tensors[0].tensor.equal(test::some_tensors(7).sections[0].tensors[0].tensor));
}

TEST_F(Encryption, RevealsNothing) {
  Manifest manifest = at_step(7);
  manifest.names = {"galactosaemia"};
  const Snapshot snapshot = test::snapshot_of({{"conspicuous.weight", at::full({1000}, 1.0)}}, {});
  store_.save(snapshot, manifest);
  store_.rate(7, 0.123456789, true);
  for (const fs::path& file : test::files_in(store_.folder_of(7))) {
    const std::string bytes = test::read_file(file);
    for (const char* secret : {"galactosaemia", "conspicuous", "0.123456789", "trainer.batch"}) EXPECT_THAT(bytes, Not(HasSubstr(secret)));
    EXPECT_EQ(bytes.find(std::string("\0\0\x80\x3f\0\0\x80\x3f", 8)), std::string::npos) << file;
  }
}

TEST_F(Encryption, OfTheSameTwiceLooksDifferent) {
  const FileDigests first = store_.write_part(7, test::some_tensors(7), 0, 1);
  EXPECT_NE(first, store_.write_part(7, test::some_tensors(7), 0, 1));
}

TEST_F(Encryption, WithoutTheKeySaysSo) {
  test::save(store_, 7);
  EXPECT_THAT(message_of([&] { Checkpoint{store_.last()}; }), AllOf(HasSubstr("is encrypted"), HasSubstr("checkpoint.key_file")));
}

TEST_F(Encryption, WithAnotherKeySaysSo) {
  test::save(store_, 7);
  const std::string other = test::new_key(folder_, "other");
  EXPECT_THAT(message_of([&] { read_manifest(store_.last(), other); }), HasSubstr("is encrypted with key"));
}

TEST_F(Encryption, IsRequiredIfAKeyIsGiven) {
  const CheckpointStore plain(folder_ / "plain");
  test::save(plain, 7);
  EXPECT_THAT(message_of([&] { read_manifest(plain.last(), key_); }), HasSubstr("is not encrypted, so anybody may have written it"));
}

// An attacker can fix digests, but not the manifest that holds them.
TEST_F(Encryption, FindsFilesThatWereExchanged) {
  for (int step : {1, 2}) test::save(store_, step);
  fs::rename(sealed(1), folder_ / "aside");
  fs::copy_file(sealed(2), sealed(1));
  EXPECT_THAT(trouble(1),
              AllOf(HasSubstr(sealed(1)), HasSubstr("is not the file that was encrypted as weights.safetensors.sealed of step 1")));
  fs::remove(sealed(1));
  fs::copy_file(sealed(1, "optimizer.safetensors.sealed"), sealed(1));
  EXPECT_THAT(trouble(1), HasSubstr("is not the file that was encrypted as weights.safetensors.sealed of step 1"));
  fs::rename(folder_ / "aside", sealed(1));
  EXPECT_EQ(trouble(1), "nothing was thrown");
}

TEST_F(Encryption, FindsFilesOfAnotherRunWithTheSameKey) {
  test::save(store_, 1);
  const CheckpointStore other(folder_ / "other", {.key_file = key_});
  other.save(test::some_tensors(5), at_step(1));
  fs::copy_file(other.folder_of(1) + "/weights.safetensors.sealed", sealed(1), fs::copy_options::overwrite_existing);
  EXPECT_THAT(trouble(1), AllOf(HasSubstr(sealed(1)), HasSubstr("is damaged")));
}

TEST_F(Encryption, FindsManifestsAndRatingsThatWereExchanged) {
  for (int step : {1, 2}) {
    test::save(store_, step);
    store_.rate(step, step, true);
  }
  fs::copy_file(sealed(2, "rating.json"), sealed(1, "rating.json"), fs::copy_options::overwrite_existing);
  EXPECT_THAT(trouble(1), HasSubstr("is the rating of step 2"));
  fs::copy_file(sealed(2, "manifest.json"), sealed(1, "manifest.json"), fs::copy_options::overwrite_existing);
  EXPECT_THAT(trouble(1), HasSubstr("is of step 2"));
  fs::copy_file(sealed(1, "rating.json"), sealed(1, "manifest.json"), fs::copy_options::overwrite_existing);
  EXPECT_THAT(trouble(1), HasSubstr("was not written with this key as manifest.json"));
}

// The stream itself, without digests.
class SealedStream : public Encryption {
 protected:
  SealedStream() : secret_(*read_checkpoint_key(key_)), path_(folder_ / "stream") {
    for (std::size_t i = 0; i < 3 * kChunk; ++i) clear_ += static_cast<char>(i * i >> 7);
    write("stream of step 1");
    bytes_ = test::read_file(path_);
  }

  void write(const std::string& identity) {
    FileSink file(path_);
    SealingSink sealing(file, secret_, identity);
    sealing.add(clear_.substr(0, clear_.size() / 7));
    sealing.add(clear_.substr(clear_.size() / 7));
    sealing.finish();
    file.finish();
    file.publish();
  }

  std::string read(const std::string& bytes, const std::string& identity = "stream of step 1") {
    test::overwrite(path_, bytes);
    FileSource file(path_);
    OpeningSource opening(file, secret_, identity);
    std::string got(clear_.size() + 1, '\0');
    got.resize(opening.read_some(got.data(), got.size()));
    return got;
  }
  std::string trouble(const std::string& bytes) {
    return message_of([&] { read(bytes); });
  }

  CheckpointKey secret_;
  std::string path_;
  std::string clear_;
  std::string bytes_;
};

TEST_F(SealedStream, ReturnsTheOriginalBytes) {
  EXPECT_EQ(bytes_.size(), kHead + 3 * kSealed);
  EXPECT_EQ(read(bytes_), clear_);
  clear_ = "";
  write("stream of step 1");
  EXPECT_EQ(read(test::read_file(path_)), "");
}

TEST_F(SealedStream, TruncationAtAChunksBorderIsFound) {
  for (const std::size_t chunks : {0, 1, 2}) {
    EXPECT_THAT(trouble(bytes_.substr(0, kHead + chunks * kSealed)), HasSubstr("is truncated after"));
  }
}

TEST_F(SealedStream, OfChunksInAnotherOrderIsFound) {
  const auto chunk = [&](std::size_t i) { return bytes_.substr(kHead + i * kSealed, kSealed); };
  const std::string head = bytes_.substr(0, kHead);
  EXPECT_THAT(trouble(head + chunk(1) + chunk(0) + chunk(2)), HasSubstr("were changed, exchanged or truncated"));
  EXPECT_THAT(trouble(head + chunk(0) + chunk(2)), HasSubstr("were changed, exchanged or truncated"));
  EXPECT_THAT(trouble(head + chunk(0) + chunk(1) + chunk(1) + chunk(2)), HasSubstr("were changed, exchanged or truncated"));
  EXPECT_THAT(trouble(bytes_ + chunk(2)), HasSubstr("has bytes after its end marker"));
}

TEST_F(SealedStream, OfAnotherNameIsFound) {
  EXPECT_THAT(message_of([&] { read(bytes_, "stream of step 2"); }), HasSubstr("is not the file that was encrypted as stream of step 2"));
}

TEST_F(SealedStream, ChangedAnywhereIsFound) {
  for (std::size_t place = 0; place < bytes_.size(); place += 9973) {
    std::string changed = bytes_;
    changed[place] = static_cast<char>(changed[place] ^ 4);
    EXPECT_NE(trouble(changed), "nothing was thrown") << place;
  }
}

TEST(KeyFile, IsForItsOwnerAlone) {
  const test::TemporaryFolder folder;
  const std::string key = test::new_key(folder);
  struct stat status = {};
  ASSERT_EQ(::stat(key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(status.st_size, 32);
  EXPECT_NE(test::read_file(key), test::read_file(test::new_key(folder, "another")));
  EXPECT_THROW(make_checkpoint_key(key), UsageError);

  fs::permissions(key, fs::perms::others_read, fs::perm_options::add);
  EXPECT_THAT(message_of([&] { read_checkpoint_key(key); }), HasSubstr("chmod 600"));
}

TEST(KeyFile, ThatIsNoneIsRefused) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(message_of([&] { read_checkpoint_key(folder / "nowhere"); }), AllOf(HasSubstr("nowhere"), HasSubstr("galen checkpoint key")));
  const fs::path text = folder.write("text", "password");
  fs::permissions(text, fs::perms::owner_read);
  EXPECT_THAT(message_of([&] { read_checkpoint_key(text); }), HasSubstr("32 bytes"));
  EXPECT_THAT(message_of([&] { CheckpointStore(folder / "run", {.key_file = text}); }), HasSubstr("32 bytes"));
  EXPECT_FALSE(read_checkpoint_key("").has_value());
}

}  // namespace
}  // namespace galen::trainer
