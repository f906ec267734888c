#include "data/formats/tables/table.h"
#include "galen/error.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/target.h"

std::vector<std::string> galen::test::fuzz_seeds() {
  return {"patient,age,\"weight, kg\",outcome\r\np1,41,60.5,ill\r\np2,52,?,well\r\np2,,61e1,\"well\"\r\n",
          "age;label\n1,5;0\n\"2\"\"\";1\n-inf;1\n", "\xEF\xBB\xBFx\ttarget\n1\t0.5\n2\t-3.25\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const galen::test::InputFile file("input.csv");
  galen::data::ImportOptions options;
  options.source = file.write(galen::test::as_text(data, size));
  try {
    const galen::data::Source source = open_table(options);
    source.read(source.description.size);
  } catch (const galen::Error&) {
  }
  return 0;
}
