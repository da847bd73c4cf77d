"""Train the zstd dictionary of stored documents on the demo's own generator, never on anybody's documents.

    python scripts/train_dictionary.py

Run it for a new version of the dictionary only: documents name the one they were compressed with, and
every installation keeps it in its database.
"""

import random
from pathlib import Path

import orjson
import zstandard

import lamis.alerts
from lamis.simulators.profiles import PROFILES
from lamis.simulators.stories.day import Pace, documents

TARGET = Path(lamis.alerts.__file__).parent / "dictionary_v1.zdict"
SIZE_BYTES = 32 * 1024
DICTIONARY_ID = 1_000_001
SINCE_MS = 1_767_225_600_000  # 2026-01-01
DAYS = 10
SAMPLES_EACH = 4_000


def main() -> None:
    dice = random.Random(1)
    samples: list[bytes] = []
    for profile in PROFILES.values():
        made = documents(
            profile.programme,
            SINCE_MS,
            SINCE_MS + DAYS * 86_400_000,
            pace=Pace(per_day=2_000, stories_per_day=4),
            seed=profile.seed + 1,
        )
        found = [orjson.dumps(document) for _, document in made]
        samples += dice.sample(found, min(SAMPLES_EACH, len(found)))
    held_back = samples[::10]
    trained = zstandard.train_dictionary(
        SIZE_BYTES, [one for at, one in enumerate(samples) if at % 10], dict_id=DICTIONARY_ID
    )
    TARGET.write_bytes(trained.as_bytes())
    compressor = zstandard.ZstdCompressor(level=3, dict_data=trained)
    before, after = sum(map(len, held_back)), sum(len(compressor.compress(one)) for one in held_back)
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes; documents shrink to {100 * after / before:.1f} %")


if __name__ == "__main__":
    main()
