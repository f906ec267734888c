"""Holds a table of texts that Galen imported against Python's csv and Hugging Face's tokenizers. Usage: compare_text.py SOURCE IMPORTED"""

import collections
import csv
import re
import sys
import tempfile

import h5py
import numpy as np
from tokenizers.implementations import BertWordPieceTokenizer

source, path = sys.argv[1:]
rows = list(csv.DictReader(open(source, newline="")))
texts = [row["medical_abstract"] for row in rows]


def by_words(tokens, max_length):
    """The texts are ASCII, so that a regular expression cuts them."""
    words = [re.findall(r"[a-z0-9]+|[^\sa-z0-9]", text.lower()) for text in texts]
    counts = collections.Counter(word for i in training for word in words[i] if len(word) <= 100)
    frequent = sorted((word for word, count in counts.items() if count > 1), key=lambda word: (-counts[word], word))
    assert tokens == ["[PAD]", "[UNK]"] + frequent[: len(tokens) - 2]
    assert len(tokens) == min(len(frequent) + 2, 20000)
    numbers = {token: i for i, token in enumerate(tokens)}
    return [[numbers.get(word, 1) for word in text][:max_length] for text in words]


def by_pieces(tokens, max_length):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as vocabulary:
        vocabulary.write("\n".join(tokens) + "\n")
        vocabulary.flush()
        tokenizer = BertWordPieceTokenizer(vocabulary.name, lowercase=True)
    tokenizer.enable_truncation(max_length)
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


with h5py.File(path) as imported:
    training = np.flatnonzero(imported["samples/split"][:] == 0)
    label = imported["samples/label"]
    assert [label.attrs["class_names"][number] for number in label[:]] == [row["condition_label"] for row in rows]
    vocabulary = imported["vocabulary"]
    tokens = [token.decode() for token in vocabulary[:]]
    encode = by_words if vocabulary.attrs["tokenizer"] == "words" else by_pieces
    expected = encode(tokens, int(vocabulary.attrs["max_length"]))
    stored = imported["samples/text"]
    assert stored.dtype == np.uint16 and stored.shape[1] % 8 == 0
    assert np.array_equal(imported["samples/text_length"][:], [len(ids) for ids in expected])
    for row, ids in zip(stored[:], expected):
        assert np.array_equal(row, ids + [0] * (len(row) - len(ids)))
print(len(tokens))
