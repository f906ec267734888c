#!/usr/bin/env python3
"""functions_test.py: functions.py finds what is too long or takes too many parameters, and nothing else."""
import subprocess
import sys
import tempfile
from pathlib import Path

SEVEN = "int a, int b, int c, int d, int e, int f, int g"
LINES = "    if (a) { b(\"}\"); }\n"

FINE = [
    f"// void f({SEVEN});\n",
    "using F = void (*)(int, int, int, int, int, int, int);\n",
    "constexpr int kNumbers[] = {1, 2, 3, 4, 5, 6, 7, 8};\n",
    "void f(std::map<int, int> a, int b = g(1, 2, 3, 4, 5, 6, 7), S c = {1, 2, 3, 4, 5, 6, 7, 8});\n",
    f"void f(int a) {{ const auto x = []({SEVEN}) {{ return ','; }}; }}\n",
    f"class C {{\n public:\n  [[nodiscard]] int f() const {{ return g(1, 2, 3, 4, 5, 6, 7); }}\n  int a_{{1}}, b_ = 2;\n}};\n",
    "int f() {\n" + 58 * LINES + "}\n",
    f"ncclResult_t ncclSend({SEVEN}) {{ return ncclSuccess; }}\n",
]
LONG = [
    "int f() {\n" + 59 * LINES + "}\n",
    "class C {\n  bool operator==(const C& other) const {\n" + 59 * LINES + "  }\n};\n",
    "struct C {\n  explicit C(int a)\n      : a_(a), b_{a} {\n" + 58 * LINES + "  }\n  int a_, b_;\n};\n",
    'TEST(A, B) {\n' + 59 * LINES + "}\n",
]
WIDE = [
    f"void f({SEVEN});\n",
    f"template <typename A, typename B>\nauto f({SEVEN}) -> int {{\n  return 1;\n}}\n",
    f"struct C {{\n  C({SEVEN}) : a_{{a}} {{}}\n  int a_;\n}};\n",
    f"class C final : public B {{\n public:\n  virtual void operator()({SEVEN}) const = 0;\n}};\n",
    "void f(std::pair<int, int> a, int (*b)(int, int), int c = 1, int d = g(1, 2),\n       int e = {},\n       int h = 2, int i = 3);\n",
]


def findings(source):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "comm").mkdir()
        (Path(folder) / "comm" / "a.cpp").write_text(f"namespace a {{\nnamespace {{\n{source}}}\n}}\n")
        script = Path(__file__).with_name("functions.py")
        result = subprocess.run([sys.executable, script, folder], stdout=subprocess.PIPE, text=True, check=False)
        assert (result.returncode != 0) == bool(result.stdout), result
        return result.stdout


for sources, words in ((FINE, ""), (LONG, "takes 61 lines"), (WIDE, "has 7 parameters")):
    for text in sources:
        found = findings(text)
        assert (words in found and found.count("\n") == 1) if words else not found, f"{found or 'nothing'} in\n{text}"
