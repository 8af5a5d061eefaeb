/* Runs a program under ptrace and looks at its system calls, beneath stdio and every library:
 *
 *     trace count PROGRAM ARGUMENT...         how many calls there are that open, read, write, sync or name a file
 *     trace fail N ERRNO PROGRAM ARGUMENT...  call N of them fails with ERRNO and does nothing
 *     trace record FILE PROGRAM ARGUMENT...   writes down what changes the disk, in order
 *
 * N counts from 0 over all threads and child processes, from the first call that opens something beside libraries on;
 * standard input, output and error are left alone. It ends with the status of the program (128 and the signal), and
 * `count` prints the number on its last line of standard error; 126 where tracing is not allowed. A record is a line
 * "WHAT INODE OFFSET LENGTH PATH [PATH]", and behind the line of a write its bytes and a newline. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the registers are those of x86-64"
#endif

enum what { NOTHING, OPEN, READ, WRITE, PWRITE, SYNC, TRUNCATE, RENAME, LINK, UNLINK, MKDIR, RMDIR, OTHER };

/* Which calls count, and where their descriptor or path is. */
static const struct call {
    long number;
    enum what what;
    int fd, path, path2; /* numbers of arguments; -1: none */
} calls[] = {
    {SYS_openat, OPEN, -1, 1, -1},        {SYS_open, OPEN, -1, 0, -1},       {SYS_creat, OPEN, -1, 0, -1},
    {SYS_read, READ, 0, -1, -1},          {SYS_pread64, READ, 0, -1, -1},    {SYS_readv, READ, 0, -1, -1},
    {SYS_getdents64, READ, 0, -1, -1},    {SYS_write, WRITE, 0, -1, -1},     {SYS_pwrite64, PWRITE, 0, -1, -1},
    {SYS_writev, OTHER, 0, -1, -1},       {SYS_fsync, SYNC, 0, -1, -1},      {SYS_fdatasync, SYNC, 0, -1, -1},
    {SYS_ftruncate, TRUNCATE, 0, -1, -1}, {SYS_fallocate, OTHER, 0, -1, -1}, {SYS_lseek, OTHER, 0, -1, -1},
    {SYS_flock, OTHER, 0, -1, -1},        {SYS_rename, RENAME, -1, 0, 1},    {SYS_renameat, RENAME, -1, 1, 3},
    {SYS_renameat2, RENAME, -1, 1, 3},    {SYS_linkat, LINK, -1, 1, 3},      {SYS_link, LINK, -1, 0, 1},
    {SYS_unlink, UNLINK, -1, 0, -1},      {SYS_unlinkat, UNLINK, -1, 1, -1}, {SYS_mkdir, MKDIR, -1, 0, -1},
    {SYS_mkdirat, MKDIR, -1, 1, -1},      {SYS_rmdir, RMDIR, -1, 0, -1},
};

static const char *const names[] = {"",       "open", "read",   "write", "write", "sync", "truncate",
                                    "rename", "link", "unlink", "mkdir", "rmdir", "other"};

#define TASKS_MAX 4096
static struct task {
    pid_t pid;
    bool inside;             /* a call */
    const struct call *call; /* that counts */
    bool fails;
    ino_t inode; /* of what is to be removed or replaced */
} tasks[TASKS_MAX];

static long wanted = -1, counted;
static int wanted_error;
static bool begun;
static FILE *record;

static struct task *task_of(pid_t pid)
{
    for (size_t i = 0; i < TASKS_MAX; i++) {
        if (tasks[i].pid == pid)
            return &tasks[i];
        if (tasks[i].pid == 0) {
            tasks[i] = (struct task){.pid = pid};
            return &tasks[i];
        }
    }
    fputs("trace: too many threads\n", stderr);
    exit(125);
}

static unsigned long long argument(const struct user_regs_struct *r, int i)
{
    const unsigned long long all[] = {r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9};

    return all[i];
}

static size_t peek(pid_t pid, unsigned long long at, void *to, size_t len)
{
    const struct iovec here = {to, len}, there = {(void *)(uintptr_t)at, len};
    const ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);

    return got > 0 ? (size_t)got : 0;
}

static void path_of(pid_t pid, const struct user_regs_struct *r, int at, char out[PATH_MAX])
{
    char path[PATH_MAX] = "", link[64], base[PATH_MAX] = "";
    const unsigned long long from = argument(r, at);
    const int dir = at > 0 && argument(r, at - 1) < 1024 ? (int)argument(r, at - 1) : -1;

    for (size_t done = 0; done < sizeof(path) - 1; done++)
        if (peek(pid, from + done, path + done, 1) != 1 || path[done] == '\0') {
            path[done] = '\0';
            break;
        }
    if (path[0] == '/') {
        strcpy(out, path);
        return;
    }
    if (dir >= 0)
        snprintf(link, sizeof(link), "/proc/%d/fd/%d", pid, dir);
    else
        snprintf(link, sizeof(link), "/proc/%d/cwd", pid);
    if (readlink(link, base, sizeof(base) - 1) < 0)
        base[0] = '\0';
    snprintf(out, PATH_MAX, "%.2000s/%.2000s", base, path);
}

static bool is_library(const char *path)
{
    return strncmp(path, "/lib", 4) == 0 || strncmp(path, "/usr/lib", 8) == 0 || strncmp(path, "/etc/ld.so", 10) == 0 ||
           strncmp(path, "/proc", 5) == 0 || strncmp(path, "/sys", 4) == 0;
}

static const struct call *find_call(long number)
{
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
        if (calls[i].number == number)
            return &calls[i];
    return NULL;
}

static ino_t inode_of(const char *path)
{
    struct stat s;

    return lstat(path, &s) == 0 ? s.st_ino : 0;
}

/* Whether the call counts; from the first that opens no library on. */
static const struct call *counts(pid_t pid, const struct user_regs_struct *r, char path[PATH_MAX])
{
    const struct call *const c = find_call((long)r->orig_rax);

    if (c == NULL)
        return NULL;
    if (c->fd >= 0)
        return begun && (int)argument(r, c->fd) > 2 ? c : NULL;
    path_of(pid, r, c->path, path);
    if (is_library(path) && c->what != LINK)
        return NULL;
    begun = true;
    return c;
}

static void on_entry(struct task *t)
{
    struct user_regs_struct r;
    char path[PATH_MAX], to[PATH_MAX];

    if (ptrace(PTRACE_GETREGS, t->pid, NULL, &r) < 0)
        return;
    t->call = counts(t->pid, &r, path);
    t->fails = false;
    if (t->call == NULL)
        return;
    if (record != NULL && t->call->what == RENAME) {
        path_of(t->pid, &r, t->call->path2, to);
        t->inode = inode_of(path);
    }
    if (record != NULL && (t->call->what == UNLINK || t->call->what == RMDIR))
        t->inode = inode_of(path);
    if (counted++ != wanted)
        return;
    t->fails = true;
    r.orig_rax = (unsigned long long)-1;
    ptrace(PTRACE_SETREGS, t->pid, NULL, &r);
}

static void write_bytes(pid_t pid, unsigned long long from, size_t len)
{
    static char bytes[1 << 20];

    while (len > 0) {
        const size_t got = peek(pid, from, bytes, len < sizeof(bytes) ? len : sizeof(bytes));

        if (got == 0)
            break;
        fwrite(bytes, 1, got, record);
        from += got;
        len -= got;
    }
    fputc('\n', record);
}

static long long position(pid_t pid, int fd)
{
    char name[64], line[128];
    long long at = 0;
    FILE *f;

    snprintf(name, sizeof(name), "/proc/%d/fdinfo/%d", pid, fd);
    f = fopen(name, "r");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (sscanf(line, "pos: %lld", &at) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return at;
}

/* What has changed the disk, or made a change last. */
static void tell(const struct task *t, const struct user_regs_struct *r)
{
    const struct call *const c = t->call;
    const long long got = (long long)r->rax;
    char path[PATH_MAX] = "", to[PATH_MAX] = "", link[64];
    long long offset = 0, len = 0;
    struct stat s = {0};

    if (c->fd >= 0 || c->what == OPEN) {
        const int fd = c->what == OPEN ? (int)got : (int)argument(r, c->fd);
        ssize_t n;

        snprintf(link, sizeof(link), "/proc/%d/fd/%d", t->pid, fd);
        n = readlink(link, path, sizeof(path) - 1);
        path[n > 0 ? n : 0] = '\0';
        if (stat(link, &s) < 0 || (!S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode)))
            return;
        if (c->what == OPEN && (c->number != SYS_openat || (argument(r, 2) & (O_CREAT | O_TRUNC)) == 0))
            return;
        if (c->what == OPEN)
            len = (argument(r, 2) & O_TRUNC) != 0;
        if (c->what == WRITE || c->what == PWRITE) {
            len = got;
            offset = c->what == PWRITE ? (long long)argument(r, 3) : position(t->pid, fd) - got;
        }
        if (c->what == TRUNCATE)
            offset = (long long)argument(r, 1);
    } else {
        path_of(t->pid, r, c->path, path);
        if (c->path2 >= 0)
            path_of(t->pid, r, c->path2, to);
        s.st_ino = c->what == MKDIR ? inode_of(path) : c->what == LINK ? inode_of(to) : t->inode;
        if (c->what == UNLINK && c->number == SYS_unlinkat && (argument(r, 2) & AT_REMOVEDIR) != 0)
            len = 1;
        if (c->what == RENAME && c->number == SYS_renameat2)
            offset = (long long)argument(r, 4); /* its flags: 2 exchanges */
    }
    fprintf(record, "%s\t%llu\t%lld\t%lld\t%s\t%s\n", names[c->what], (unsigned long long)s.st_ino, offset, len, path,
            to);
    if (c->what == WRITE || c->what == PWRITE)
        write_bytes(t->pid, argument(r, 1), (size_t)got);
}

static void on_exit_of_call(struct task *t)
{
    struct user_regs_struct r;

    if (t->call == NULL || ptrace(PTRACE_GETREGS, t->pid, NULL, &r) < 0)
        return;
    if (t->fails) {
        r.rax = (unsigned long long)-(long long)wanted_error;
        ptrace(PTRACE_SETREGS, t->pid, NULL, &r);
    } else if (record != NULL && (long long)r.rax >= 0 && t->call->what != READ && t->call->what != OTHER) {
        tell(t, &r);
    }
}

static int follow(pid_t main_task)
{
    const long options =
        PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
    int status, result = 125;

    waitpid(main_task, &status, 0);
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    ptrace(PTRACE_SETOPTIONS, main_task, NULL, options);
    ptrace(PTRACE_SYSCALL, main_task, NULL, 0);
    for (;;) {
        const pid_t pid = waitpid(-1, &status, __WALL);
        int pass_on = 0;
        struct task *t;

        if (pid < 0)
            return result;
        t = task_of(pid);
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (pid == main_task)
                result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            t->pid = -1;
            continue;
        }
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            t->inside = !t->inside;
            if (t->inside)
                on_entry(t);
            else
                on_exit_of_call(t);
        } else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) {
            pass_on = WSTOPSIG(status);
        }
        ptrace(PTRACE_SYSCALL, pid, NULL, pass_on);
    }
}

int main(int argc, char **argv)
{
    const char *const mode = argc > 1 ? argv[1] : "";
    const int program = strcmp(mode, "count") == 0 ? 2 : strcmp(mode, "record") == 0 ? 3 : 4;
    pid_t child;
    int status;

    if (argc <= program)
        return 125;
    if (program == 4) {
        wanted = atol(argv[2]);
        wanted_error = atoi(argv[3]);
    }
    if (program == 3 && (record = fopen(argv[2], "wb")) == NULL)
        return 125;
    child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
            _exit(126);
        raise(SIGSTOP);
        execv(argv[program], argv + program);
        _exit(127);
    }
    status = follow(child);
    if (record != NULL)
        fclose(record);
    if (program == 2)
        fprintf(stderr, "%ld\n", counted);
    return status;
}
