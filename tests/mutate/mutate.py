#!/usr/bin/env python3
"""Flips each condition, comparison, operator and constant of the rules and of the merge, one at a time, and runs the unit tests
of their room against each: what these do not notice, they do not hold.

    tests/mutate/mutate.py [--every N] [--first K] [--workers N] [--seconds S] [--quick] [--again OUTPUT] [--all] [FILE...]

Builds the room's sources once as shared libraries and its tests once as one program (in a temporary folder); a mutant is then
one small library of the one file that it is in, put before the others. What survives is compiled once more with optimisation,
to tell what is the same machine code, and tried once more with sanitizers.

By default every mutant of src/rules/*.c and src/domain/merge.c is tried. Prints each survivor that equivalent.txt does not
explain, as a line that may be put there, and at the end how many were killed and how many survived. Exit status 1: there are such,
or an entry of equivalent.txt fits no mutant or one that is killed. Run by hand; tests/mutate/README.md.
"""
import argparse
import glob
import os
import re
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.join(ROOT, "tests", "mutate")
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-w", f"-I{ROOT}/include"]
QUICK = ["-O0", "-g0", "-fPIC", "-ftrivial-auto-var-init=zero"]
SANITIZERS = ["-O1", "-g", "-fPIC", "-ftrivial-auto-var-init=pattern", "-fsanitize=address,undefined",
              "-fno-sanitize-recover=all"]
LIBS = ["-lcmocka", "-lcrypto", "-lpthread"]
BELOW = {"rules": ["base", "domain", "rules"], "domain": ["base", "domain"]}  # the rooms that a room's tests need
LAST = ["test_replay", "test_evidence"]  # the slow ones, which are run without sanitizers alone
SHIPPED = "src/base/shipped.c"  # no test of these rooms reads a shipped file

OPERATORS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&", "|=": "=",
             "+": "-", "-": "+", "++": "--", "--": "++", "!": "", "true": "false", "false": "true", "&": "|", "|": "&",
             "+=": "-=", "-=": "+="}
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/|//[^\n]*|^[ \t]*#[ \t]*\w+(?:[ \t]+\w+(?:\([^)]*\))?)?'
                   r'|->|\+\+|--|<<=?|>>=?|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\b\d+[uUlL]*\b|\b\w+\b|[^\s\w]', re.S | re.M)

DIRECTIVE = re.compile(r"(?:[^\\\n]|\\.)*", re.S)  # up to the end of the line, or of those that carry it on


class Mutant:
    """`was`, at `at` of the text, made `now`."""

    def __init__(self, path, text, at, was, now, told=None):
        self.path, self.text, self.at, self.was, self.now = path, text, at, was, now
        self.told = told or f"{was} -> {now or 'nothing'}"
        self.line = text.count("\n", 0, at) + 1
        begin = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        self.source = " ".join(text[begin:end].split())
        self.place = 1 + text.count(was, begin, at)  # of those alike in the line
        above = re.findall(r"^(?:\w[^\n;=]*?\b(\w+)\([^\n]*|#define (\w+).*)$", text[:end], re.M)
        self.function = (above[-1][0] or above[-1][1]) if above else ""
        self.earlier = 0  # lines of that function that are the same

    def key(self):
        file = os.path.relpath(self.path, ROOT)
        again = f" (again, {self.earlier})" if self.earlier else ""
        return f"{file} {self.function}: {self.told}, {self.place} in: {self.source}{again}"

    def mutated(self):
        return self.text[:self.at] + self.now + self.text[self.at + len(self.was):]


def closing(text, at):
    """The place after the parenthesis that closes the one at `at`."""
    depth = 0
    for i in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i + 1
    raise ValueError("no closing parenthesis")


def mutants_of(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    found, before, directive_ends = [], "", -1
    for m in TOKEN.finditer(text):
        token, at = m.group(), m.start()
        if token.lstrip().startswith("#"):  # of directives, what a macro is made of
            directive_ends = -1 if re.match(r"\s*#\s*define\b", token) else DIRECTIVE.match(text, at).end()
            before = ""
            continue
        if at < directive_ends or token[0] in "\"'" or token.startswith(("/*", "//")):
            continue
        binary = bool(re.match(r"[\w)\]]", before[-1:])) and before not in ("return", "case")
        if token in ("if", "while") and text[m.end():m.end() + 2] == " (":
            condition = text[m.end() + 1:closing(text, m.end() + 1)]
            found.append(Mutant(path, text, m.end() + 1, condition, f"(!{condition})", f"{token} negated"))
        elif token in ("-", "+", "&", "*") and not binary:
            pass  # a sign, an address
        elif token == "&" and before == ")" and re.match(r"\s*\w+\s*[,;)]", text[m.end():m.end() + 40]):
            pass  # an address behind a cast
        elif token in OPERATORS:
            found.append(Mutant(path, text, at, token, OPERATORS[token]))
        elif re.fullmatch(r"\d+[uUlL]*", token):
            n, suffix = int(re.match(r"\d+", token).group()), re.sub(r"^\d+", "", token)
            found.append(Mutant(path, text, at, token, f"{n + 1}{suffix}"))
            if n == 1:
                found.append(Mutant(path, text, at, token, f"0{suffix}"))
        before = token
    seen = {}
    for m in found:
        key = m.key()
        seen[key] = m.earlier = seen.get(key, -1) + 1
    return found


def run(command, **more):
    return subprocess.run(command, cwd=ROOT, capture_output=True, **more)


def must(command):
    done = run(command)
    if done.returncode != 0:
        sys.exit(" ".join(command) + "\n" + done.stderr.decode())


def sources_of(room):
    return [p for p in sorted(glob.glob(f"{ROOT}/src/{room}/*.c")) if p != f"{ROOT}/{SHIPPED}"]


def tests_of(room):
    return sorted(glob.glob(f"{ROOT}/tests/{room}/test_*.c"))


def write_main(path, names):
    """The tests as one program: runs those that are named, and tells which is running."""
    with open(path, "w", encoding="ascii") as f:
        f.write("#include <stdio.h>\n#include <string.h>\n" + "".join(f"int main_{n}(void);\n" for n in names))
        f.write("static const struct { const char *name; int (*run)(void); } tests[] = {\n")
        f.write("".join(f'    {{"{n}", main_{n}}},\n' for n in names) + "};\n")
        f.write("""int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        for (size_t k = 0; k < sizeof(tests) / sizeof(tests[0]); k++) {
            if (strcmp(argv[i], tests[k].name) != 0)
                continue;
            dprintf(2, "@%s\\n", argv[i]);
            if (tests[k].run() != 0)
                return 1;
        }
    return 0;
}
""")


class Bench:
    """A room's tests as one program, and the libraries that it runs on, all compiled with the same flags."""

    def __init__(self, work, room, flags, seconds):
        self.room, self.flags, self.work, self.seconds = room, flags, work, seconds
        os.mkdir(work)
        names = [os.path.basename(p)[:-2] for p in tests_of(room)]
        self.names = [n for n in names if n not in LAST or flags is not SANITIZERS]
        self.first = {}  # for each file, how many of its mutants each test has killed so far
        libraries = []
        for below in BELOW[room]:
            libraries.insert(0, f"{work}/lib{below}.so")
            objects = self.compile_all([(p, below, []) for p in sources_of(below)])
            must(["cc", *flags, "-shared", *objects, "-o", libraries[0]])
        folders = [f"-I{ROOT}/tests", f"-I{ROOT}/tests/{room}"]
        tests = self.compile_all([(p, room, [*folders, f"-Dmain=main_{n}"]) for p, n in zip(tests_of(room), names)])
        write_main(f"{work}/main.c", names)
        self.program = f"{work}/tests"
        must(["cc", *flags, "-rdynamic", *tests, f"{work}/main.c", *libraries, f"-Wl,-rpath,{work}", *LIBS,
              "-o", self.program])
        result, last = self.run_tests(self.names)
        if result != "survived":
            sys.exit(f"the tests of {room} fail without any mutant: {last}")

    def compile_all(self, units):
        """(source, room, more flags) -> objects"""
        outs = [f"{self.work}/{os.path.relpath(p, ROOT).replace('/', '_')[:-2]}.o" for p, _, _ in units]

        def compile_one(unit, out):
            path, room, more = unit
            must(["cc", *FLAGS, *self.flags, f"-I{ROOT}/src/{room}", *more, "-c", path, "-o", out])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(compile_one, units, outs))
        return outs

    def run_tests(self, names, preload=()):
        """-> what became of the mutant, and the test that told it"""
        env = dict(os.environ, SOURCE_DIR=ROOT, CMOCKA_TEST_ABORT="1", LD_PRELOAD=":".join(preload),
                   ASAN_OPTIONS="detect_odr_violation=0")  # what the mutant's file defines is there twice
        try:
            done = run([self.program, *names], env=env, timeout=60 * self.seconds,
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds)))
            errors, result = done.stderr, "survived" if done.returncode == 0 else "killed"
        except subprocess.TimeoutExpired as e:
            errors, result = e.stderr or b"", "killed"
        begun = re.findall(rb"^@(\w+)$", errors, re.M)
        if not begun:
            raise RuntimeError("the tests do not begin: " + errors.decode(errors="replace"))
        return result, begun[-1].decode()

    def try_mutant(self, source, path):
        library = f"{source}.{os.path.basename(self.work)}.so"
        made = run(["cc", *FLAGS, *self.flags, f"-I{os.path.dirname(path)}", "-shared", source, "-o", library])
        if made.returncode != 0:
            return "not compiled", ""
        kills = self.first.setdefault(path, {})
        order = sorted(self.names, key=lambda n: (-kills.get(n, 0), n in LAST))
        result, test = self.run_tests(order, runtime_of(self.flags) + [library])
        os.remove(library)
        if result == "killed":
            kills[test] = kills.get(test, 0) + 1
        return result, test


def runtime_of(flags):
    """What has to be loaded before any other library."""
    return [run(["cc", "-print-file-name=libasan.so"]).stdout.decode().strip()] if flags is SANITIZERS else []


class Room:
    def __init__(self, work, room, args):
        self.work, self.room, self.args = f"{work}/{room}", room, args
        os.mkdir(self.work)
        self.plain = Bench(f"{self.work}/plain", room, QUICK, args.seconds)
        self.strict = None

    def judge(self, number, m):
        source = f"{self.work}/m{number}.c"
        with open(source, "w", encoding="utf-8") as f:
            f.write(m.mutated())
        result, test = self.plain.try_mutant(source, m.path)
        if result == "survived" and self.same_code(source, m.path):
            result = "the same machine code"
        if result == "survived" and not self.args.quick:
            if self.strict is None:
                self.strict = Bench(f"{self.work}/strict", self.room, SANITIZERS, 8 * self.args.seconds)
            result, test = self.strict.try_mutant(source, m.path)
        os.remove(source)
        return result, test

    def same_code(self, source, path):
        def code(p, out):
            must(["cc", *FLAGS, "-O2", "-DNDEBUG", f"-I{os.path.dirname(path)}", "-c", p, "-o", out])
            dump = run(["objdump", "-dr", "-s", "-j", ".text", "-j", ".rodata", out]).stdout.split(b"\n", 3)[-1]
            os.remove(out)
            return dump
        return code(source, source + ".1.o") == code(path, source + ".2.o")


def read_equivalents():
    """-> {key: why}"""
    known, why = {}, ""
    with open(os.path.join(HERE, "equivalent.txt"), encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if line.startswith("src/"):
                known[line] = why
            elif line:
                why = line
    return known


def main():
    parser = argparse.ArgumentParser(description="mutation test of the rules and of the merge")
    parser.add_argument("--every", type=int, default=1, help="try only each N-th")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=5, help="of CPU time, after which a mutant that hangs is killed")
    parser.add_argument("--quick", action="store_true", help="without sanitizers")
    parser.add_argument("--again", metavar="OUTPUT", help="only those that this output of an earlier run tells")
    parser.add_argument("--all", action="store_true", help="tell each mutant and what became of it")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    files = [os.path.abspath(f) for f in args.files]
    files = files or sorted(glob.glob(f"{ROOT}/src/rules/*.c")) + [f"{ROOT}/src/domain/merge.c"]
    tasks = [m for path in files for m in mutants_of(path)]
    if args.again:
        with open(args.again, encoding="utf-8") as f:
            told = {line.rstrip("\n").split("\t")[-1] for line in f}
        tasks = [m for m in tasks if m.key() in told]
    known = read_equivalents()
    names = {os.path.relpath(f, ROOT) for f in files}
    whole = args.every == 1 and args.first == 0 and not args.again
    left = {k for k in known if k.split(" ", 1)[0] in names} if whole else set()
    left -= {m.key() for m in tasks}
    tasks = tasks[args.first::args.every]
    counts, faults = {}, len(left)
    for key in sorted(left):
        print(f"fits no mutant: {key}")
    with tempfile.TemporaryDirectory() as work:
        rooms = {}
        for m in tasks:
            room = m.path.split("/")[-2]
            if room not in rooms:
                rooms[room] = Room(work, room, args)
        with ThreadPoolExecutor(args.workers) as pool:
            results = pool.map(lambda t: rooms[t[1].path.split("/")[-2]].judge(*t), enumerate(tasks))
            for m, (result, test) in zip(tasks, results):
                if result == "survived" and m.key() in known:
                    result = "equivalent"
                elif result == "killed" and m.key() in known:
                    print(f"not equivalent, {test} kills it: {m.key()}", flush=True)
                    faults += 1
                counts[result] = counts.get(result, 0) + 1
                if result == "survived":
                    print(f"{m.line}\t{m.key()}", flush=True)
                    faults += 1
                elif args.all:
                    print(f"{result} {test}\t{m.line}\t{m.key()}", flush=True)
    killed, survived, same = (counts.get(k, 0) for k in ("killed", "survived", "equivalent"))
    print(f"{len(tasks)} mutants: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
    print(f"killed: {100 * killed / max(1, killed + survived):.1f}% of those that change what the program does, "
          f"{100 * killed / max(1, killed + survived + same):.1f}% of those that change its machine code")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
