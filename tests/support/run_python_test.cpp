#include "tests/support/run_python.h"

#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <signal.h>

namespace galen::test {
namespace {

using testing::HasSubstr;

class RunPython : public testing::Test {
 protected:
  void SetUp() override {
    if (!python()) GTEST_SKIP() << "needs a Python with numpy and h5py (launch/setup.sh --tests)";
  }
};

TEST_F(RunPython, SaysWhatWasWrittenAndTheExitCode) {
  const ProgramResult result =
      run_python({"-c", "import sys\nprint('seen', sys.argv[1:])\nprint('wrong', file=sys.stderr)\nsys.exit(3)", "a b", ""});
  EXPECT_EQ(result.output, "seen ['a b', '']\n");
  EXPECT_EQ(result.errors, "wrong\n");
  EXPECT_EQ(result.exit_code, 3);
}

TEST_F(RunPython, RunsAScriptBesideItsModulesInAFolder) {
  const TemporaryFolder folder;
  folder.write("number.py", "number = 7\n");
  const std::string script =
      folder.write("script.py", "import os, sys, number\nif __name__ == '__main__': print(number.number, sys.argv[1], os.getcwd())\n");
  EXPECT_EQ(run_python({script, "x"}, folder.path()).output, "7 x " + folder.path().string() + "\n");
}

TEST_F(RunPython, LeavesNothingOfOneScriptToTheNext) {
  EXPECT_EQ(run_python({"-c", "import numpy\nnumpy.left = 1\nleft = 1"}).exit_code, 0);
  EXPECT_EQ(run_python({"-c", "import numpy\nprint(hasattr(numpy, 'left'), 'left' in globals())"}).output, "False False\n");
}

TEST_F(RunPython, ReportsWhatFails) {
  const ProgramResult raised = run_python({"-c", "raise ValueError('bad value')"});
  EXPECT_EQ(raised.exit_code, 1);
  EXPECT_THAT(raised.errors, HasSubstr("ValueError: bad value"));
  EXPECT_EQ(run_python({"-c", "import sys\nsys.exit('a sentence')"}).errors, "a sentence\n");
  EXPECT_EQ(run_python({"-c", "import nowhere"}).exit_code, 1);
  EXPECT_EQ(run_python({"-c", "import os\nos.kill(os.getpid(), 9)"}).exit_code, 128 + SIGKILL);
  EXPECT_EQ(run_python({"-c", "print(1)"}).output, "1\n") << "and goes on";
}

// A file that a script leaves open is whole, as Python closes it at its end.
TEST_F(RunPython, EndsAsPythonDoes) {
  const TemporaryFolder folder;
  EXPECT_EQ(run_python({"-c", "import h5py\nf = h5py.File('a.h5', 'w')\nf['x'] = [1, 2, 3]"}, folder.path()).exit_code, 0);
  EXPECT_EQ(run_python({"-c", "import h5py\nprint(h5py.File('a.h5')['x'][:])"}, folder.path()).output, "[1 2 3]\n");
}

}  // namespace
}  // namespace galen::test
