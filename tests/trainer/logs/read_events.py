"""Prints the scalars of a folder of TensorBoard events as JSON: {tag: [[step, value, wall time], …]}."""
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1])
events.Reload()
tags = events.Tags()["scalars"]
json.dump({tag: [[e.step, repr(e.value), e.wall_time] for e in events.Scalars(tag)] for tag in tags}, sys.stdout)
