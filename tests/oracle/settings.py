"""What pcreport.ini says about judging: coverage of the log, scope, extracts, time zones."""
from fields import instant


class Settings:
    """The settings with their defaults: R10.1, R5 (scope), R7 (extracts), R1 (reading time)."""

    def __init__(self, text=""):
        self.silence_hours, self.expected_requests = 24, 20
        self.complete = []          # (from, to), either None for an open end
        self.scope = []             # parties, as the user names them
        self.whole_extracts = False
        self.zones = {}             # kind of file -> time zone
        section = ""
        for line in text.splitlines():
            line = line.split("#")[0].split(";")[0].strip() if not line.strip().startswith("parties") else line.strip()
            if line.startswith("["):
                section = line.strip("[]").strip()
            elif "=" in line:
                name, value = (part.strip() for part in line.split("=", 1))
                self.take(section, name, value)

    def take(self, section, name, value):
        if section == "coverage" and name == "silence_hours":
            self.silence_hours = int(value)
        elif section == "coverage" and name == "expected_requests":
            self.expected_requests = int(value)
        elif section == "coverage" and name == "complete":
            begin, end = value.split("/")
            self.complete.append((instant(begin), instant(end, end=True)))
        elif section == "scope" and name == "parties":
            self.scope += [p.strip() for p in value.split(";") if p.strip()]
        elif section == "registration" and name == "extracts":
            self.whole_extracts = value == "whole"
        elif section.startswith("read.") and name == "time_zone":
            self.zones[section[len("read."):]] = value
        else:
            raise ValueError(f"the oracle does not know [{section}] {name}")

    def zone(self, kind):
        return self.zones.get(kind, "UTC")
