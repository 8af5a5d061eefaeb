#!/usr/bin/env python3
"""Flips each condition, comparison, operator and constant of the rules and of the merge, one at a time, and runs the unit tests
of rules and domain against each: what they do not notice, they do not hold.

    tests/mutate/mutate.py [--every N] [--first K] [--workers N] [--seconds S] [FILE...]

Builds the tests once into one program (in a temporary folder), then for each mutant only the file that it is in. By default
every mutant of src/rules/*.c and src/domain/merge.c is tried, which takes an hour or two; `--every 20` tries each twentieth.
Prints each survivor with its line before and after, and at the end how many were killed, survived, were the same machine code,
or did not compile. tests/mutate/README.md tells of those that cannot be killed, and why. Run by hand.
"""
import argparse
import glob
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O1", "-g0", "-w", "-Iinclude"]
SANITIZERS = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
LIBS = ["-lcmocka", "-lcrypto", "-lpthread"]
LAST = ["test_replay"]  # the slow ones

OPERATORS = {"<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"], "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"],
             "|=": ["="], "+": ["-"], "-": ["+"], "++": ["--"], "--": ["++"], "!": [""], "true": ["false"],
             "false": ["true"], "&": ["|"], "|": ["&"], "+=": ["-="], "-=": ["+="]}
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/|//[^\n]*|^[ \t]*#[^\n]*(?:\\\n[^\n]*)*'
                   r'|->|\+\+|--|<<=?|>>=?|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\b\d+[uUlL]*\b|\b\w+\b|[^\s\w]', re.S | re.M)


def mutants(text):
    """-> [(offset, length, replacement)]"""
    found, before = [], ""
    for m in TOKEN.finditer(text):
        token = m.group()
        if token[0] in "\"'#" or token.lstrip().startswith("#") or token.startswith(("/*", "//")):
            continue
        binary = bool(re.match(r"[\w)\]]", before[-1:])) and before not in ("return", "case")
        if token in ("-", "+", "&", "*") and not binary:
            pass  # a sign, an address
        elif token == "&" and re.match(r"\s*\w+\s*[,;)]", text[m.end():m.end() + 40]) and before in (")",):
            pass
        elif token in OPERATORS:
            found += [(m.start(), len(token), r) for r in OPERATORS[token]]
        elif re.fullmatch(r"\d+[uUlL]*", token) and before != "[" or re.fullmatch(r"\d+", token):
            n = int(re.match(r"\d+", token).group())
            found.append((m.start(), len(token), str(n + 1) + re.sub(r"^\d+", "", token)))
            if n == 1:
                found.append((m.start(), len(token), "0" + re.sub(r"^\d+", "", token)))
        before = token
    return found


def run(command, **more):
    return subprocess.run(command, cwd=ROOT, capture_output=True, **more)


def must(command):
    done = run(command)
    if done.returncode != 0:
        sys.exit(" ".join(command) + "\n" + done.stderr.decode())


class Bench:
    """All tests as one program, whose objects are linked anew with each mutant."""

    def __init__(self, work, seconds, more_flags=()):
        self.work, self.seconds, self.flags = work, seconds, FLAGS + list(more_flags)
        os.mkdir(work)
        self.objects = {}
        names = []
        sources = [p for d in ("base", "domain", "rules") for p in sorted(glob.glob(f"{ROOT}/src/{d}/*.c"))]
        tests = [p for d in ("rules", "domain") for p in sorted(glob.glob(f"{ROOT}/tests/{d}/test_*.c"))]
        tests.sort(key=lambda p: os.path.basename(p)[:-2] in LAST)
        sources.remove(f"{ROOT}/src/base/shipped.c")  # no test of these layers reads a shipped file
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.compile_source, sources))
            names = list(pool.map(self.compile_test, tests))
        with open(f"{work}/main.c", "w", encoding="ascii") as f:
            f.write("".join(f"int {n}(void);\n" for n in names) + "int main(void)\n{\n    return " +
                    " || ".join(f"{n}() != 0" for n in names) + ";\n}\n")
        must(["cc", "-c", f"{work}/main.c", "-o", f"{work}/main.o"])
        self.tests = [f"{work}/{n}.o" for n in names] + [f"{work}/main.o"]

    def flags_of(self, path):
        return self.flags + [f"-I{os.path.dirname(path)}"]

    def compile_source(self, path):
        out = f"{self.work}/{os.path.relpath(path, ROOT).replace('/', '_')[:-2]}.o"
        must(["cc", *self.flags_of(path), "-c", path, "-o", out])
        self.objects[path] = out

    def compile_test(self, path):
        layer = os.path.basename(os.path.dirname(path))
        name = f"main_{layer}_{os.path.basename(path)[:-2]}"
        must(["cc", *self.flags, f"-I{ROOT}/src/{layer}", f"-I{ROOT}/tests", f"-I{ROOT}/tests/{layer}", f"-Dmain={name}", "-c",
              path, "-o", f"{self.work}/{name}.o"])
        return name

    def link_and_run(self, path, mutated, out):
        objects = [mutated if p == path else o for p, o in self.objects.items()]
        linked = run(["cc", *self.flags, *self.tests, *objects, "-o", out, *LIBS])
        if linked.returncode != 0:
            return linked.stderr.decode() if path is None else "does not compile"
        try:
            done = run([out], env=dict(os.environ, SOURCE_DIR=ROOT, CMOCKA_MESSAGE_OUTPUT="STDOUT"), timeout=self.seconds)
        except subprocess.TimeoutExpired:
            return "killed"
        return "survived" if done.returncode == 0 else "killed"

    def judge(self, path, text, mutant, number):
        at, length, replacement = mutant
        source = f"{self.work}/m{number}.c"
        with open(source, "w", encoding="utf-8") as f:
            f.write(text[:at] + replacement + text[at + length:])
        try:
            if run(["cc", *self.flags_of(path), "-c", source, "-o", source + ".o"]).returncode != 0:
                return "does not compile"
            if same_code(source + ".o", self.objects[path]):
                return "the same machine code"
            return self.link_and_run(path, source + ".o", source + ".out")
        finally:
            for p in (source, source + ".o", source + ".out"):
                if os.path.exists(p):
                    os.remove(p)


def judged(benches, task, number):
    """The first of the benches decides that kills it."""
    for bench in benches:
        result = bench.judge(*task, number)
        if result != "survived":
            break
    return result


def same_code(a, b):
    def code(path):
        return run(["objdump", "-dr", "-s", "-j", ".text", "-j", ".rodata", path]).stdout.split(b"\n", 3)[-1]
    return code(a) == code(b)


def main():
    parser = argparse.ArgumentParser(description="mutation test of the rules", add_help=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=30, help="after which a mutant that hangs is killed")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    files = [os.path.abspath(f) for f in args.files] or sorted(glob.glob(f"{ROOT}/src/rules/*.c")) + [f"{ROOT}/src/domain/merge.c"]
    tasks = []
    for path in files:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        tasks += [(path, text, m) for m in mutants(text)]
    tasks = tasks[args.first::args.every]
    counts = {}
    with tempfile.TemporaryDirectory() as work:
        bench = Bench(f"{work}/plain", args.seconds)
        strict = Bench(f"{work}/strict", 4 * args.seconds, SANITIZERS)  # what only reads or writes beyond
        whole = bench.link_and_run(None, None, f"{work}/whole")
        if whole != "survived":
            sys.exit("the tests fail without any mutant: " + whole)
        with ThreadPoolExecutor(args.workers) as pool:
            results = pool.map(lambda t: judged([bench, strict], t[1], t[0]), enumerate(tasks))
            for (path, text, (at, length, replacement)), result in zip(tasks, results):
                counts[result] = counts.get(result, 0) + 1
                if result == "survived":
                    line = text.count("\n", 0, at) + 1
                    column = at - text.rfind("\n", 0, at)
                    print(f"{os.path.relpath(path, ROOT)}:{line}:{column}: '{text[at:at + length]}' made '{replacement}': "
                          f"{text.splitlines()[line - 1].strip()}", flush=True)
    killed, survived = counts.get("killed", 0), counts.get("survived", 0)
    print(f"{len(tasks)} mutants: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
    print(f"killed: {100 * killed / max(1, killed + survived):.1f}% of those that change the program")


if __name__ == "__main__":
    main()
