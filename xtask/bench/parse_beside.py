"""How long two packages of PyPI take to read answers of 12306, one line of JSON for each package and text.

Started by `cargo xtask bench rail`: parse_beside.py SHORT LONG STATIONS ROUNDS SECONDS. The first two files are
left-ticket answers, the third is the station file. Each package's own functions read the text from memory; where one
would go to the network or to a file for it, it is handed the text instead. The best of the rounds counts.

- py12306: `_query_tickets_raw`, then `_parse_ticket` for each row, as its `get_tickets` does; `_load_stations_cached`.
- mcp-server-12306: `json`, then `parse_ticket_string` for each row, which is the part of its `query-tickets` that reads
  a row (no prices, no names of stations); `StationService.load_stations`.
"""

import asyncio
import importlib.metadata
import json
import logging
import sys
import time

logging.disable(logging.CRITICAL)

import aiofiles
import py12306
from mcp_12306.services.station_service import StationService
from mcp_12306.services.ticket_service import parse_ticket_string


class Answer:
    """An answer that has arrived."""

    def __init__(self, text):
        self.text = text

    def json(self):
        return json.loads(self.text)

    def raise_for_status(self):
        pass


class Session:
    """A session whose every answer is the same."""

    def __init__(self, text):
        self.answer = Answer(text)

    def get(self, *_, **__):
        return self.answer


class OpenFile:
    """A file that has been read already."""

    def __init__(self, text):
        self.text = text

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def read(self):
        return self.text


def py12306_tickets(text):
    session = Session(text)

    def work():
        rows, names = py12306._query_tickets_raw(session, "2025-03-20", "CSQ", "HFH")
        return [ticket for row in rows if (ticket := py12306._parse_ticket(row, names))]

    return work


def py12306_stations(text):
    py12306.requests.get = lambda *_, **__: Answer(text)
    return py12306._load_stations_cached.__wrapped__


def mcp_tickets(text):
    query = {"from_station": "长沙", "to_station": "合肥", "train_date": "2025-03-20"}

    def work():
        rows = json.loads(text)["data"]["result"]
        return [ticket for row in rows if (ticket := parse_ticket_string(row, query))]

    return work


def mcp_stations(text):
    aiofiles.open = lambda *_, **__: OpenFile(text)
    loop = asyncio.new_event_loop()
    service = StationService()

    def work():
        loop.run_until_complete(service.load_stations())
        return service.stations

    return work


def best(work, rounds, seconds):
    """Microseconds of one run, in the best of the rounds."""

    def one_round(runs):
        began = time.perf_counter()
        for _ in range(runs):
            work()
        return time.perf_counter() - began

    runs = 1
    while one_round(runs) < seconds:
        runs *= 2
    return min(one_round(runs) for _ in range(rounds)) * 1e6 / runs


def main():
    files, rounds, seconds = sys.argv[1:4], int(sys.argv[4]), float(sys.argv[5])
    short, long, stations = (open(name, encoding="utf-8").read() for name in files)
    texts = [("17 rows", short), ("500 rows", long)]
    works = [("py12306", name, py12306_tickets(text)) for name, text in texts]
    works += [("mcp-server-12306", name, mcp_tickets(text)) for name, text in texts]
    works.append(("py12306", "station file", py12306_stations(stations)))
    works.append(("mcp-server-12306", "station file", mcp_stations(stations)))
    for package, name, work in works:
        line = {
            "package": package,
            "version": importlib.metadata.version(package),
            "text": name,
            "items": len(work()),
            "us": best(work, rounds, seconds),
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)


main()
