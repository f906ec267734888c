#pragma once

#include "trainer/checkpoint/byte_stream.h"
#include "trainer/checkpoint/checkpoint_key.h"
#include "trainer/checkpoint/file_sink.h"
#include "trainer/checkpoint/file_source.h"

#include <memory>
#include <string>

namespace galen::trainer {

/// Encrypts a file's bytes: libsodium's secretstream (XChaCha20-Poly1305) in chunks of 256 KiB; the last one is tagged as final. Each chunk
/// is authenticated together with the chunks before it and with `identity`, a name of the file that its reader expects.
class SealingSink final : public ByteSink {
 public:
  SealingSink(FileSink& file, const CheckpointKey& key, std::string identity);
  ~SealingSink() override;

  void add(std::string_view bytes) override;
  void finish();  ///< writes the last chunk; the caller finishes the file

 private:
  struct State;
  void seal(std::string_view bytes, unsigned char tag);

  FileSink& file_;
  std::string identity_;
  std::unique_ptr<State> state_;
  std::string buffer_;
};

/// Decrypts the output of SealingSink. Bytes that were changed, exchanged, reordered, truncated or appended, and another `identity`, throw
/// galen::Error. Only authenticated bytes are returned.
class OpeningSource final : public ByteSource {
 public:
  OpeningSource(FileSource& file, const CheckpointKey& key, std::string identity);
  ~OpeningSource() override;

  std::size_t read_some(char* bytes, std::size_t size) override;

 private:
  struct State;
  void open_chunk();

  FileSource& file_;
  std::string identity_;
  std::unique_ptr<State> state_;
  std::string chunk_;
  std::size_t taken_ = 0;  // of the chunk
  bool ended_ = false;
};

}  // namespace galen::trainer
