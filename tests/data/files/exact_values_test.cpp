#include "data/files/dataset.h"
#include "tests/data/h5py.h"

#include <ATen/ops/empty.h>
#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

namespace galen::data {
namespace {

class ExactValues : public test::H5pyTest {
 protected:
  void SetUp() override {
    H5pyTest::SetUp();
    if (IsSkipped()) return;
    write(R"(
random = np.random.default_rng(3)
x = random.normal(1e3, 7, (40, 5))
x[3, 1] = np.nan
x[4, 2] = 1e-300
f['f64'] = x
f['big_endian'] = x.astype('>f8')
f['f32'] = x.astype('f4')
f['i16'] = random.integers(-3e4, 3e4, (40, 5)).astype('i2')
f['i64'] = random.integers(-2**53, 2**53, (40, 5))
f.create_dataset('gzip', data=x, chunks=(7, 5), compression='gzip')
f['y'] = random.normal(size=(40, 2)) / 3
f['y'].attrs['task'] = 'regression'
f['y32'] = f['y'][:].astype('f4')
f['y32'].attrs['task'] = 'regression'
f['c'] = np.arange(40) % 2)");
  }

  template <typename Value>
  static std::vector<double> read_all(const Dataset& dataset, at::ScalarType type) {
    std::vector<std::int64_t> samples(static_cast<std::size_t>(dataset.size()));
    std::iota(samples.begin(), samples.end(), 0);
    at::Tensor values = at::empty({dataset.size(), dataset.input_shape()[0]}, type);
    dataset.read(samples, values);
    const Value* begin = values.const_data_ptr<Value>();
    return {begin, begin + values.numel()};
  }

  static void expect_same(const std::vector<double>& found, const std::vector<double>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!std::isnan(found[i]) || !std::isnan(expected[i])) {
        EXPECT_EQ(found[i], expected[i]) << "value " << i;
      }
    }
  }
};

TEST_F(ExactValues, ComeAsH5pyReadsThem) {
  for (const char* name : {"f64", "big_endian", "f32", "i16", "i64", "gzip"}) {
    SCOPED_TRACE(name);
    expect_same(read_all<double>(*open(name, "c"), at::kDouble), evaluate(std::string("f['") + name + "'][:].astype('f8')"));
  }
}

TEST_F(ExactValues, OfF64AreRoundedOnceForNetworks) {
  expect_same(read_all<float>(*open("f64", "c"), at::kFloat), read_all<float>(*open("f32", "c"), at::kFloat));
}

TEST_F(ExactValues, OfTargetsComeBesideTheRoundedOnes) {
  const auto dataset = open("f64", "y");
  const at::Tensor& exact = dataset->exact_targets();
  ASSERT_EQ(exact.scalar_type(), at::kDouble);
  expect_same({exact.const_data_ptr<double>(), exact.const_data_ptr<double>() + exact.numel()}, evaluate("f['y'][:]"));
  const auto rounded = [](const Dataset& of) {
    const auto* begin = of.targets().const_data_ptr<float>();
    return std::vector<double>(begin, begin + of.targets().numel());
  };
  expect_same(rounded(*dataset), rounded(*open("f64", "y32")));
  EXPECT_FALSE(open("f64", "c")->exact_targets().defined());
}

}  // namespace
}  // namespace galen::data
