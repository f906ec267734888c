#include "trainer/checkpoint/sealed_stream.h"

#include "galen/error.h"
#include "trainer/checkpoint/sealed_bytes.h"

#include <sodium.h>

#include <array>
#include <cstring>

namespace galen::trainer {

namespace {

constexpr std::string_view kMagic = "galen sealed 01\n";
constexpr std::size_t kChunk = 256 << 10;
constexpr std::size_t kExtra = crypto_secretstream_xchacha20poly1305_ABYTES;  // of a sealed chunk
constexpr unsigned char kMore = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
constexpr unsigned char kLast = crypto_secretstream_xchacha20poly1305_TAG_FINAL;

using Header = std::array<unsigned char, crypto_secretstream_xchacha20poly1305_HEADERBYTES>;

}  // namespace

struct SealingSink::State {
  crypto_secretstream_xchacha20poly1305_state stream;
  ~State() { sodium_memzero(&stream, sizeof stream); }
};

SealingSink::SealingSink(FileSink& file, const CheckpointKey& key, std::string identity)
    : file_(file), identity_(std::move(identity)), state_(std::make_unique<State>()) {
  Header header;
  crypto_secretstream_xchacha20poly1305_init_push(&state_->stream, header.data(), key.for_tensors().data());
  file_.add(kMagic);
  file_.add({reinterpret_cast<const char*>(header.data()), header.size()});
}

SealingSink::~SealingSink() = default;

void SealingSink::add(std::string_view bytes) {
  while (!bytes.empty()) {
    if (buffer_.size() == kChunk) {
      seal(buffer_, kMore);
      buffer_.clear();
    }
    const std::string_view fitting = bytes.substr(0, kChunk - buffer_.size());
    buffer_ += fitting;
    bytes.remove_prefix(fitting.size());
  }
}

void SealingSink::finish() { seal(buffer_, kLast); }

void SealingSink::seal(std::string_view bytes, unsigned char tag) {
  std::string sealed(bytes.size() + kExtra, '\0');
  crypto_secretstream_xchacha20poly1305_push(&state_->stream, bytes_in(sealed), nullptr, bytes_in(bytes), bytes.size(), bytes_in(identity_),
                                             identity_.size(), tag);
  file_.add(sealed);
}

struct OpeningSource::State {
  crypto_secretstream_xchacha20poly1305_state stream;
  ~State() { sodium_memzero(&stream, sizeof stream); }
};

OpeningSource::OpeningSource(FileSource& file, const CheckpointKey& key, std::string identity)
    : file_(file), identity_(std::move(identity)), state_(std::make_unique<State>()) {
  std::string magic(kMagic.size(), '\0');
  std::string header(Header().size(), '\0');
  if (file_.read_some(magic.data(), magic.size()) != magic.size() || magic != kMagic) {
    throw Error("{}: is not an encrypted file of a checkpoint, or its beginning is damaged.", file_.path());
  }
  if (file_.read_some(header.data(), header.size()) != header.size()) {
    throw Error("{}: is truncated after {} bytes.", file_.path(), file_.position());
  }
  crypto_secretstream_xchacha20poly1305_init_pull(&state_->stream, bytes_in(header), key.for_tensors().data());
}

OpeningSource::~OpeningSource() = default;

std::size_t OpeningSource::read_some(char* bytes, std::size_t size) {
  std::size_t got = 0;
  while (got < size) {
    if (taken_ == chunk_.size()) {
      if (ended_) break;
      open_chunk();
      continue;
    }
    const std::size_t count = std::min(size - got, chunk_.size() - taken_);
    std::memcpy(bytes + got, chunk_.data() + taken_, count);
    taken_ += count;
    got += count;
  }
  return got;
}

void OpeningSource::open_chunk() {
  const std::int64_t begin = file_.position();
  std::string sealed(kChunk + kExtra, '\0');
  sealed.resize(file_.read_some(sealed.data(), sealed.size()));
  if (sealed.empty()) throw Error("{}: is truncated after {} bytes: its end marker is missing.", file_.path(), begin);

  chunk_.assign(sealed.size() - std::min(sealed.size(), kExtra), '\0');
  taken_ = 0;
  unsigned char tag = 0;
  const bool sound = sealed.size() >= kExtra &&
                     crypto_secretstream_xchacha20poly1305_pull(&state_->stream, bytes_in(chunk_), nullptr, &tag, bytes_in(sealed),
                                                                sealed.size(), bytes_in(identity_), identity_.size()) == 0;
  if (!sound) {
    throw Error("{}: is not the file that was encrypted as {}: bytes {} to {} were changed, exchanged or truncated.", file_.path(),
                identity_, begin, file_.position());
  }
  ended_ = tag == kLast;
  char beyond = 0;
  if (ended_ && file_.read_some(&beyond, 1) != 0) throw Error("{}: has bytes after its end marker.", file_.path());
}

}  // namespace galen::trainer
