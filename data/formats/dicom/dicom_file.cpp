#include "data/formats/dicom/dicom_file.h"

#include "galen/error.h"

#include "data/formats/dicom/dicom_layout.h"
#include "data/formats/dicom/dicom_transfer_syntax.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace galen::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

Bytes octets(const MappedFile& file) { return {reinterpret_cast<const std::uint8_t*>(file.bytes().data()), file.bytes().size()}; }

/// Appends what `packed`, a raw deflate stream (PS3.5, A.5), holds to `into`.
void inflate_into(std::vector<std::uint8_t>& into, Bytes packed, const std::string& file) {
  static constexpr std::size_t kStep = std::size_t{1} << 20;
  static constexpr std::size_t kMost = std::size_t{1} << 31;
  const auto fail = [&](const char* why) { throw Error("{}: its deflated data set {}; it is damaged, copy it again.", file, why); };
  if (packed.size() > std::numeric_limits<uInt>::max()) fail("has more than 4 GiB");
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw Error("{}: zlib cannot be started.", file);
  stream.next_in = const_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  std::vector<std::uint8_t> block(kStep);
  int result = Z_OK;
  while (result == Z_OK && into.size() < kMost) {
    stream.next_out = block.data();
    stream.avail_out = kStep;
    result = inflate(&stream, Z_NO_FLUSH);
    into.insert(into.end(), block.data(), stream.next_out);
  }
  inflateEnd(&stream);
  if (result == Z_OK) fail("has more than 2 GiB");
  if (result != Z_STREAM_END) fail("cannot be inflated");
}

}  // namespace

DicomFile::DicomFile(const std::string& path, bool may_be_other) : mapped_(path) {
  const Bytes stored = octets(mapped_);
  if (may_be_other && !looks_like_dicom()) return;
  const DicomMeta meta = dicom_meta(stored, path);
  if (meta.transfer_syntax != transfer_syntax::kDeflated) return;
  const Bytes head = stored.first(meta.end);
  inflated_.emplace(head.begin(), head.end());
  inflate_into(*inflated_, stored.subspan(meta.end), path);
}

Bytes DicomFile::bytes() const { return inflated_ ? Bytes(*inflated_) : octets(mapped_); }

bool DicomFile::looks_like_dicom() const { return data::looks_like_dicom(octets(mapped_)); }

bool is_dicom_file(const std::string& path) { return looks_like_dicom(octets(MappedFile(path))); }

}  // namespace galen::data
