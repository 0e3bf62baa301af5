/**
 * Compiled into the addon, and run when it is loaded: gives back the pages of libtensorflow that loading it has touched,
 * 240 MB of relocations and symbols that nobody reads again. Only of segments that are never written: what is needed is
 * mapped again from the system's cache of the file.
 */
export const releasedPagesSource = `
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cstring>

static int release(struct dl_phdr_info* library, size_t, void*) {
  if (!std::strstr(library->dlpi_name, "libtensorflow")) return 0;
  const ElfW(Addr) page = sysconf(_SC_PAGESIZE);
  for (int i = 0; i < library->dlpi_phnum; i++) {
    const ElfW(Phdr)& segment = library->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W)) continue;
    const ElfW(Addr) start = (library->dlpi_addr + segment.p_vaddr + page - 1) / page * page;
    const ElfW(Addr) end = (library->dlpi_addr + segment.p_vaddr + segment.p_filesz) / page * page;
    if (end > start) madvise(reinterpret_cast<void*>(start), end - start, MADV_DONTNEED);
  }
  return 0;
}

__attribute__((constructor)) static void release_pages() { dl_iterate_phdr(release, nullptr); }
`;
