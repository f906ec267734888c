"""Writes a record of two leads in each of WFDB's formats, packed by hand as signal(5) has it, and records with skew, several samples in a
frame, several files and several segments. Usage: wfdb_formats.py FOLDER"""

import os
import sys

import numpy as np

folder = sys.argv[1]
random = np.random.default_rng(7)
BITS = {8: 7, 16: 16, 24: 24, 32: 32, 61: 16, 80: 8, 160: 16, 212: 12, 310: 10, 311: 10}


def pack(fmt, flat):
    v = np.asarray(flat, np.int64)
    if fmt == 8:
        return v.astype("i1").tobytes()
    if fmt == 80:
        return (v + 128).astype("u1").tobytes()
    if fmt == 160:
        return (v + 32768).astype("<u2").tobytes()
    if fmt in (16, 61):
        return v.astype("<i2" if fmt == 16 else ">i2").tobytes()
    if fmt == 32:
        return v.astype("<i4").tobytes()
    if fmt == 24:
        return b"".join(int(n).to_bytes(3, "little", signed=True) for n in v)
    out = b""
    size = 2 if fmt == 212 else 3
    for i in range(0, len(v), size):
        n = [int(k) for k in v[i : i + size]]
        part = len(n)
        n = [k & (0xFFF if fmt == 212 else 0x3FF) for k in n] + [0] * (size - part)
        if fmt == 212:
            unit = [n[0] & 255, n[0] >> 8 | n[1] >> 8 << 4, n[1] & 255]
            out += bytes(unit[: part + 1])
        elif fmt == 310:
            words = [n[0] << 1 | (n[2] & 31) << 11, n[1] << 1 | n[2] >> 5 << 11]
            out += b"".join(w.to_bytes(2, "little") for w in words)[: 2 if part == 1 else 4]
        else:
            out += (n[0] | n[1] << 10 | n[2] << 20).to_bytes(4, "little")[: [0, 2, 3, 4][part]]
    return out


def values(fmt, shape):
    limit = 2 ** (BITS[fmt] - 1)
    found = random.integers(-limit + 1, limit, shape)
    found.reshape(-1)[:2] = [limit - 1, -limit + 1]  # the ends of the range; -limit is the mark of a missing sample
    return found


def header(name, lines, record=None):
    with open(os.path.join(folder, name + ".hea"), "w") as file:
        file.write("# made for a test\n" + (record or f"{name} {len(lines)} 250 {samples}") + "\n" + "\n".join(lines) + "\n# a comment, too\n")


def data(name, content):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)


samples = 1001
for fmt in BITS:
    signal = values(fmt, (samples, 2))
    stored = signal
    first = (5, -7)
    if fmt == 8:
        stored, signal = signal, np.cumsum(signal, axis=0) + first
    data(f"f{fmt}.dat", pack(fmt, stored.reshape(-1)))
    sums = [int(k) for k in signal.sum(axis=0).astype(np.int64).astype(np.int16)]
    header(f"f{fmt}", [f"f{fmt}.dat {fmt} {3.5 + k}({k * 11 - 5})/uV {BITS[fmt]} 0 {first[k]} {sums[k]} 0 sig {k}, fmt {fmt}"
                       for k in range(2)])

samples = 1000  # two leads of 1000 leave two numbers for the last unit of 310 and 311
for fmt in (310, 311):
    data(f"g{fmt}.dat", pack(fmt, values(fmt, samples * 2)))
    header(f"g{fmt}", [f"g{fmt}.dat {fmt} 200/mV 10 0 0", f"g{fmt}.dat {fmt} 100(7)/mV 10 3"])

data("h.dat", b"\x01\x02\x03" + pack(16, values(16, samples)))
data("h.extra", pack(212, values(212, samples)))
header("h", ["h.dat 16+3 200/mV 16 9 0 0 0 a, b; c", "h.extra 212"])

with_gaps = values(16, (samples, 2))
with_gaps[[100, 350, 351], [0, 1, 1]] = -32768
data("i.dat", pack(16, with_gaps.reshape(-1)))
header("i", ["i.dat 16 1000/mV", "i.dat 16 1000/mV"])

data("j.dat", pack(212, values(212, samples * 2)))
header("j", ["j.dat 212 200/mV 12", "j.dat 212:130 200/mV 12"])
for name in ("jj.1", "jj.2"):
    data(name, pack(310, values(310, samples)))
header("jj", ["jj.1 310:1 200/mV 12", "jj.2 310:99 200/mV 12"])

data("k.dat", pack(16, values(16, samples * 5)))
header("k", ["k.dat 16x4 200(-3)/mV 16", "k.dat 16 200/mV 16"])

for name, fmt, samples in (("l_1", 16, 430), ("l_2", 212, 570)):
    data(f"{name}.dat", pack(fmt, values(fmt, samples * 2)))
    header(name, [f"{name}.dat {fmt} {200 + samples}/mV 16 0 0", f"{name}.dat {fmt} 50({samples})/uV 16 0 0"])
header("l", ["l_1 430", "l_2 570"], record="l/2 2 250 1000")

samples = 0
header("m_layout", ["~ 0 200/mV 16 0 0 0 0 II", "~ 0 200/mV 16 0 0 0 0 V"])
samples = 450
data("m_1.dat", pack(16, values(16, samples * 2)))
header("m_1", ["m_1.dat 16 300/mV 16 0 0 0 0 V", "m_1.dat 16 400/mV 16 0 0 0 0 II"])  # the other order
samples = 220
data("m_3.dat", pack(16, values(16, samples)))
header("m_3", ["m_3.dat 16 300/mV 16 0 0 0 0 II"])  # one lead only
samples = 350
data("m_4.dat", pack(61, values(61, samples * 2)))
header("m_4", ["m_4.dat 61 300/mV 16 0 0 0 0 II", "m_4.dat 61 400/mV 16 0 0 0 0 V"])
header("m", ["m_layout 0", "m_1 450", "~ 180", "m_3 220", "m_4 350"], record="m/5 2 250 1200")
