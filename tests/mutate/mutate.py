#!/usr/bin/env python3
"""Flips each condition, comparison, operator and constant of the rules and of the merge, one at a time, and runs the unit tests
of their room against each: what these do not notice, they do not hold.

    tests/mutate/mutate.py [--every N] [--first K] [--workers N] [--quick] [--again OUTPUT] [--all] [FILE...]

Builds the room's sources once as shared libraries and its tests once as one program (in a temporary folder), and each file once
more as a library that is put before the others, in which every function has a body for each of its mutants: the environment tells
which of them runs. A mutant outside of functions is a library of its own. What survives is compiled once more with optimisation,
to tell what is the same machine code, and tried once more with sanitizers.

By default every mutant of src/rules/*.c and src/domain/merge.c is tried. Prints each survivor that equivalent.txt does not
explain, as a line that may be put there, and at the end how many were killed and how many survived. Exit status 1: there are such,
or an entry of equivalent.txt fits no mutant or one that is killed. Run by hand; tests/mutate/README.md.
"""
import argparse
import glob
import os
import re
import subprocess
import sys
import tempfile
import threading
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

BODY = re.compile(r"^\{\n(.*?)^\}\n", re.S | re.M)  # of a function
SELECTED = """#include <stdlib.h>
static long mutant_selected;
__attribute__((constructor)) static void mutant_select(void)
{
    mutant_selected = atol(getenv("MUTANT"));
}
"""
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


def body_of(text, m):
    """The function body that a mutant lies in, as a match; None: it lies in none."""
    for body in BODY.finditer(text):
        if body.start(1) <= m.at < body.end(1):
            return body
    return None


def renamed(body, number):
    """The same with labels of its own."""
    for label in set(re.findall(r"\bgoto (\w+);", body)):
        body = re.sub(rf"\b{label}\b", f"{label}_{number}", body)
    return body


def with_bodies(text, mutants):
    """A file in which each function has a body for each of these: [(number, mutant, its body's match)]."""
    out, end = SELECTED, 0
    for body in BODY.finditer(text):
        here = [(n, m) for n, m, b in mutants if b.start() == body.start()]
        if not here:
            continue
        out += text[end:body.start()] + "{\nswitch (mutant_selected) {\n"
        for n, m in here:
            at = m.at - body.start(1)
            mutated = body.group(1)[:at] + m.now + body.group(1)[at + len(m.was):]
            out += f'case {n}: {{\n#line 1 "mutant-{n}"\n{renamed(mutated, n)}}} break;\n'
        out += f'default: {{\n#line 1 "original"\n{body.group(1)}}}\n}}\n}}\n'
        end = body.end()
    return out + text[end:]


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
    """The tests as one program: runs those that are named, tells which is running, and ends one that takes longer than is
    said behind its name, in milliseconds of CPU time."""
    with open(path, "w", encoding="ascii") as f:
        f.write("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/time.h>\n")
        f.write("".join(f"int main_{n}(void);\n" for n in names))
        f.write("static const struct { const char *name; int (*run)(void); } tests[] = {\n")
        f.write("".join(f'    {{"{n}:", main_{n}}},\n' for n in names) + "};\n")
        f.write("""int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        for (size_t k = 0; k < sizeof(tests) / sizeof(tests[0]); k++) {
            const size_t length = strlen(tests[k].name);
            const long most = strncmp(argv[i], tests[k].name, length) == 0 ? atol(argv[i] + length) : 0;
            struct itimerval cpu = {{0, 0}, {most / 1000, most % 1000 * 1000}};

            if (most == 0)
                continue;
            dprintf(2, "@%s\\n", argv[i]);
            setitimer(ITIMER_VIRTUAL, &cpu, NULL);
            if (tests[k].run() != 0)
                return 1;
            getitimer(ITIMER_VIRTUAL, &cpu);
            dprintf(2, "=%s%ld\\n", tests[k].name, most - 1000 * cpu.it_value.tv_sec - cpu.it_value.tv_usec / 1000);
        }
    return 0;
}
""")


class Bench:
    """A room's tests as one program, and the libraries that it runs on, all compiled with the same flags."""

    def __init__(self, work, room, flags):
        self.room, self.flags, self.work = room, flags, work
        os.mkdir(work)
        names = [os.path.basename(p)[:-2] for p in tests_of(room)]
        self.names = [n for n in names if n not in LAST or flags is not SANITIZERS]
        self.first = {}  # for each file, how many of its mutants each test has killed so far
        self.files = {}  # for each file, its library with all bodies, and the numbers of those that do not compile
        self.lock = threading.Lock()
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
        self.limits = dict.fromkeys(self.names, 60000)
        result, last, said = self.run_tests(self.names)
        if result != "survived":
            sys.exit(f"the tests of {room} fail without any mutant: {last}")
        for name, took in re.findall(rb"^=(\w+):(-?\d+)$", said, re.M):
            # What takes longer than that hangs. The timer is set a tick late: what takes no time seems to take less.
            self.limits[name.decode()] = 250 + 8 * max(0, int(took))

    def compile_all(self, units):
        """(source, room, more flags) -> objects"""
        outs = [f"{self.work}/{os.path.relpath(p, ROOT).replace('/', '_')[:-2]}.o" for p, _, _ in units]

        def compile_one(unit, out):
            path, room, more = unit
            must(["cc", *FLAGS, *self.flags, f"-I{ROOT}/src/{room}", *more, "-c", path, "-o", out])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(compile_one, units, outs))
        return outs

    def compile(self, source):
        """-> the library of a mutated file, or what the compiler says"""
        out = f"{source}.{os.path.basename(self.work)}.so"
        room = os.path.join(ROOT, "src", self.room)
        made = run(["cc", *FLAGS, *self.flags, f"-I{room}", "-shared", source, "-o", out])
        return (out, "") if made.returncode == 0 else (None, made.stderr.decode())

    def file_with_bodies(self, path, mutants):
        """-> its library, and the numbers of the mutants that do not compile"""
        with self.lock:
            if path not in self.files:
                bad, library = set(), None
                while library is None:
                    source = f"{self.work}/{os.path.basename(path)[:-2]}_bodies.c"
                    with open(source, "w", encoding="utf-8") as f:
                        f.write(with_bodies(mutants[0][1].text, [m for m in mutants if m[0] not in bad]))
                    library, said = self.compile(source)
                    worse = {int(n) for n in re.findall(r"^mutant-(\d+):[\d:]+ error", said, re.M)}
                    if library is None and not worse - bad:
                        sys.exit(said)
                    bad |= worse
                self.files[path] = library, bad
            return self.files[path]

    def run_tests(self, names, preload=(), number=-1):
        """-> what became of the mutant, the test that told it, and what was said on standard error"""
        env = dict(os.environ, SOURCE_DIR=ROOT, CMOCKA_TEST_ABORT="1", LD_PRELOAD=":".join(preload), MUTANT=str(number),
                   ASAN_OPTIONS="detect_odr_violation=0")  # what the mutant's file defines is there twice
        try:
            done = run([self.program, *(f"{n}:{self.limits[n]}" for n in names)], env=env,
                       timeout=300)  # one that waits for itself
            errors, result = done.stderr, "survived" if done.returncode == 0 else "killed"
        except subprocess.TimeoutExpired as e:
            errors, result = e.stderr or b"", "killed"
        begun = re.findall(rb"^@(\w+):", errors, re.M)
        if names and not begun:
            raise RuntimeError("the tests do not begin: " + errors.decode(errors="replace"))
        return result, begun[-1].decode() if begun else "", errors

    def try_mutant(self, number, m, together, slow):
        """`together`: those of the same file that lie in functions; slow: by the slow tests, else by all others."""
        kills = self.first.setdefault(m.path, {})
        order = sorted((n for n in self.names if (n in LAST) == slow), key=lambda n: -kills.get(n, 0))
        alone = all(number != n for n, _, _ in together)
        if alone:
            source = f"{self.work}/m{number}.c"
            with open(source, "w", encoding="utf-8") as f:
                f.write(m.mutated())
            library, _ = self.compile(source)
            bad = {number} if library is None else set()
        else:
            library, bad = self.file_with_bodies(m.path, together)
        if number in bad:
            return "not compiled", ""
        result, test, _ = self.run_tests(order, runtime_of(self.flags) + [library], number)
        if alone:
            os.remove(library)
        if result == "killed":
            kills[test] = kills.get(test, 0) + 1
        return result, test


def runtime_of(flags):
    """What has to be loaded before any other library."""
    return [run(["cc", "-print-file-name=libasan.so"]).stdout.decode().strip()] if flags is SANITIZERS else []


class Room:
    def __init__(self, work, room, tasks, known, args):
        self.work, self.room, self.known, self.args = f"{work}/{room}", room, known, args
        os.mkdir(self.work)
        self.together = {}  # for each file, those of its mutants that lie in functions
        for number, m in tasks:
            body = body_of(m.text, m)
            if body is not None:
                self.together.setdefault(m.path, []).append((number, m, body))
        self.plain = Bench(f"{self.work}/plain", room, QUICK)
        self.strict = None
        self.lock = threading.Lock()
        self.code = {}  # of each file as it is

    def judge(self, number, m):
        together = self.together.get(m.path, [])
        result, test = self.plain.try_mutant(number, m, together, slow=False)
        if result == "survived" and m.key() not in self.known and self.same_code(number, m):
            result = "the same machine code"
        if result == "survived":
            result, test = self.plain.try_mutant(number, m, together, slow=True)
        if result == "survived" and not self.args.quick:
            with self.lock:
                if self.strict is None:
                    self.strict = Bench(f"{self.work}/strict", self.room, SANITIZERS)
            result, test = self.strict.try_mutant(number, m, together, slow=False)
        return result, test

    def same_code(self, number, m):
        def code(name, text):
            source, out = f"{self.work}/{number}_{name}.c", f"{self.work}/{number}.o"
            with open(source, "w", encoding="utf-8") as f:
                f.write(text)
            must(["cc", *FLAGS, "-O2", "-DNDEBUG", f"-I{os.path.dirname(m.path)}", "-c", source, "-o", out])
            dump = run(["objdump", "-dr", "-s", "-j", ".text", "-j", ".rodata", out]).stdout.split(b"\n", 3)[-1]
            os.remove(source)
            os.remove(out)
            return dump
        if m.path not in self.code:
            self.code[m.path] = code("original", m.text)
        return code("mutant", m.mutated()) == self.code[m.path]


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
        numbered = {}
        for number, m in enumerate(tasks):
            numbered.setdefault(m.path.split("/")[-2], []).append((number, m))
        rooms = {room: Room(work, room, some, known, args) for room, some in numbered.items()}
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
