#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

using Colour = std::array<std::uint8_t, 3>;  ///< red, green, blue

/// A canvas of pixels, the origin at the top left. What is drawn outside of it is lost.
class Picture {
 public:
  static constexpr int kGlyphWidth = 6;  ///< of text, with the gap to the next glyph
  static constexpr int kGlyphHeight = 8;

  Picture(int width, int height, Colour background);

  int width() const { return width_; }
  int height() const { return height_; }
  const std::vector<std::uint8_t>& pixels() const { return pixels_; }  ///< [height, width, 3]

  void set(int x, int y, Colour colour);
  void fill(int x, int y, int width, int height, Colour colour);
  void line(int from_x, int from_y, int to_x, int to_y, Colour colour);
  void text(int x, int y, const std::string& text, Colour colour);  ///< ASCII; all else is drawn as '?'

 private:
  int width_;
  int height_;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace galen::data
