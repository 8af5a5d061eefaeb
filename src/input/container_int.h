/* What a path holds, as a run of contents: a plain file is one, a compressed one its content, an archive its members,
 * and archives one behind the other the members of them all. Nothing is ever held whole, so a gzip bomb costs time
 * only. */
#ifndef PCREPORT_INPUT_CONTAINER_INT_H
#define PCREPORT_INPUT_CONTAINER_INT_H

#include "base/digest.h"
#include "base/text.h"

struct container;

/* "-" is standard input. Whether the path is compressed or an archive is told by its first bytes. `path` is borrowed.
 */
int container_open(struct container **out, const char *path, struct err *err);
void container_close(struct container *c); /* NULL is allowed */

/* Goes to the next content: 1 when there is one, 0 after the last, -1 when the archive cannot be read further. What was
 * not read of the content before is skipped. */
int container_next(struct container *c, struct err *err);

/* After the last content: -1 when a checksum over all of them, as gzip has, tells that some are not what was packed.
 * May read on to the end of the path. */
int container_finish(struct container *c, struct err *err);

/* Whether the path is another, larger, smaller or newer file than when it was opened. */
bool container_changed(const struct container *c);

/* Entries of the archive so far that are no files, or that the packer added (__MACOSX). */
uint64_t container_passed_over(const struct container *c);

/* The member's name, made fit to be shown; NULL where the path is not an archive. Borrowed until the next content. */
const char *container_member(const struct container *c);

/* Fills `to` as far as the content goes: *got < cap means that it ends there. */
int container_read(struct container *c, unsigned char *to, size_t cap, size_t *got, struct err *err);

/* Bytes of the content read so far. */
uint64_t container_bytes(const struct container *c);

/* The hash of the content: whoever reads it adds what was read, in order, and once all was added asks for it, once a
 * content. */
struct digest *container_hash(const struct container *c);
void container_digest(struct container *c, unsigned char out[DIGEST_SIZE]);

/* How far the path itself was read, in bytes of the path; *total is 0 when its size is not known. */
uint64_t container_progress(const struct container *c, uint64_t *total);

/* True with its size for a plain regular file, whose content can be read twice. */
bool container_is_plain(const struct container *c, uint64_t *size);
/* Hashes such a file before anything was read from it, and goes back to its start. */
int container_prehash(struct container *c, unsigned char out[DIGEST_SIZE], struct err *err);

/* True when the bytes begin as a compressed file or an archive does. */
bool container_is_packed(struct text head);

#endif
