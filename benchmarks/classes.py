"""What classes cost in memory: python -m benchmarks.classes [--page clipping] [--classes 5] [--visitors 25].

One class after the other comes to a page. Each of its visitors draws new seeds, so that the page computes for them
alone, watches for a while what runs, and leaves when the whole class leaves. Printed is what the server's process takes
of the machine's memory.
"""

import argparse
import asyncio
import os
import time
from collections import Counter
from contextlib import AsyncExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.serving import Served, app

OUTDATED = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
PATIENCE = 600  # seconds until a page must stand
SEEDS = range(2, 10_000)
MB = 1 << 20


class Visitor:
    """A browser as the server sees it: it changes the seed, hands the link back, and asks for more of long work."""

    def __init__(self, served: Served, page: str, seed: int) -> None:
        self.served, self.page = served, page
        self.query = f"seed={seed}"
        self.hash = ""
        self.seed = WidgetState(double_value=seed)
        self.pulse = ""  # the fragment that waits to be asked
        self.kept: set[str] = set()  # messages that need not be sent again
        self.exceptions: Counter[str] = Counter()

    async def __aenter__(self) -> Self:
        self.stream: ClientConnection = await connect(
            f"ws://127.0.0.1:{self.served.port}/_stcore/stream",
            origin=self.served.url,
            subprotocols=["streamlit"],
            max_size=None,
            ping_interval=None,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stream.close()

    async def stay(self, seeds: list[int], beats: int) -> None:
        """Open the page, draw these seeds, and watch so many pieces of work."""
        await self.run()
        for seed in seeds:
            self.seed.double_value = seed
            await self.run()
        for _ in range(beats):
            if self.pulse:
                await self.run(self.pulse)

    async def run(self, fragment: str = "") -> None:
        """Let the server run the page, or a fragment of it, and read until it stands."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_script_hash, rerun.fragment_id = self.query, self.hash, fragment
        rerun.page_name = "" if self.hash else self.page
        rerun.cached_message_hashes.extend(self.kept)
        if self.seed.id:
            rerun.widget_states.widgets.append(self.seed)
        self.pulse = ""
        await self.stream.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self.hear(ForwardMsg.FromString(await self.stream.recv(decode=False))):
                pass

    def hear(self, message: ForwardMsg) -> bool:
        """Take in what the server says; return whether the page stands."""
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.HasField("new_element"):
            self.see(message)
        return kind == "script_finished" and message.script_finished != OUTDATED

    def see(self, message: ForwardMsg) -> None:
        """Take in an element of the page."""
        element = message.delta.new_element
        if message.metadata.cacheable:
            self.kept.add(message.hash)
        if element.HasField("exception"):
            self.exceptions[f"{element.exception.type}: {element.exception.message}"] += 1
        elif element.HasField("number_input") and element.number_input.label == "Seed":
            self.seed.id = element.number_input.id
        elif element.HasField("bidi_component") and element.bidi_component.component_name.endswith("rnnviz_pulse"):
            self.pulse = message.delta.fragment_id


async def main() -> None:
    """Let the classes come and go."""
    options = arguments()
    seeds = cycle(SEEDS)
    with app(f"--server.disconnectedSessionTTL={options.kept}") as served:
        await pass_by(served, options)
        report(served, f"{options.page}, after a first visitor")
        for number in range(1, options.classes + 1):
            visitors = [Visitor(served, options.page, next(seeds)) for _ in range(options.visitors)]
            before, began = resident(served), time.monotonic()
            async with AsyncExitStack() as there:
                for visitor in visitors:
                    await there.enter_async_context(visitor)
                await asyncio.gather(
                    *(visitor.stay([*islice(seeds, options.changes)], options.beats) for visitor in visitors)
                )
                took = time.monotonic() - began
                each = (resident(served) - before) / len(visitors)
                report(served, f"class {number}, there", f"{each:6.2f} MB a visitor, {took:.0f} s")
            await pass_by(served, options)
            report(served, f"class {number}, {options.wait:g} s after it left")
            for what, times in sum((visitor.exceptions for visitor in visitors), Counter()).items():
                print(f"  {times} x {what}")


async def pass_by(served: Served, options: argparse.Namespace) -> None:
    """Wait, and let one more visitor come and go: what Streamlit keeps of others it forgets when somebody leaves."""
    await asyncio.sleep(options.wait)
    async with Visitor(served, options.page, 0) as visitor:
        await visitor.stay([1], 0)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", default="clipping")
    parser.add_argument("--classes", type=int, default=5)
    parser.add_argument("--visitors", type=int, default=25, help="of each class")
    parser.add_argument("--changes", type=int, default=3, help="seeds that each visitor draws")
    parser.add_argument("--beats", type=int, default=3, help="pieces of work that each visitor watches at the end")
    parser.add_argument("--kept", type=int, default=120, help="seconds for which Streamlit keeps who has left")
    parser.add_argument("--wait", type=float, default=20, help="seconds after a class has left")
    return parser.parse_args()


def resident(served: Served) -> float:
    """Megabytes of memory the server takes."""
    pages = int(Path(f"/proc/{served.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


def report(served: Served, when: str, more: str = "") -> None:
    """Print one line."""
    print(f"{when:40} {resident(served):7.0f} MB   {more}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
