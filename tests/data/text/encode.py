"""Encodes texts as BERT does, by Hugging Face's tokenizers. Usage: encode.py VOCAB_TXT TEXTS_JSON LOWER_CASE(0/1) MAX_LENGTH

Prints a line of ids for each text."""

import json
import sys

from tokenizers.implementations import BertWordPieceTokenizer

vocab, texts, lower_case, max_length = sys.argv[1:]
tokenizer = BertWordPieceTokenizer(vocab, lowercase=lower_case == "1")
tokenizer.enable_truncation(int(max_length))
for encoding in tokenizer.encode_batch(json.load(open(texts))):
    print(*encoding.ids)
