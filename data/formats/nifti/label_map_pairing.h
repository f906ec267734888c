#pragma once

#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace galen::data {

/// A volume of a source.
struct NamedFile {
  std::string path;
  std::string below;  ///< its path below the source, without ending
  std::string match;  ///< label maps: what MedicalOptions::masks finds in it: the group, else the whole match
};

/// MedicalOptions::masks as a regular expression.
class MaskPattern {
 public:
  /// auto and none find nothing. What is no regular expression throws galen::UsageError.
  explicit MaskPattern(const std::string& option);

  bool has_case() const { return expression_ && expression_->mark_count() > 0; }

  /// Whether a file is a label map; sets NamedFile::match.
  bool finds(NamedFile& file) const;

 private:
  std::optional<std::regex> expression_;
};

/// Images of one case, each with what tells it from the others, and its label maps.
struct MatchedCase {
  std::vector<std::pair<std::string, std::string>> images;  ///< channel, path
  std::vector<std::string> labels;
};

struct Pairing {
  std::vector<MatchedCase> cases;
  std::vector<std::string> structures;  ///< where a case has a label map for each structure: their names, sorted
  std::vector<std::string> left_out;    ///< images without a label map, below the source
  std::vector<std::string> unmatched;   ///< label maps without an image; paths
};

/// By the layouts of find_nifti_cases(). Where none fits at all, or two label maps claim one case, throws galen::UsageError.
Pairing pair_by_name(const std::vector<NamedFile>& images, const std::vector<NamedFile>& labels);

/// By the text that the group of --masks found: a case's images are those whose path holds it between signs that are neither letters nor
/// digits. An image of two cases, or a case of two label maps, throws galen::UsageError.
Pairing pair_by_case(const std::vector<NamedFile>& images, const std::vector<NamedFile>& labels);

}  // namespace galen::data
