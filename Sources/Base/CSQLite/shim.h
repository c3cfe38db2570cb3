// The one header of the system's SQLite. Its function-like macros (SQLITE_TRANSIENT) don't reach
// Swift, so the wrapper binds with a destructor of its own.
#include <sqlite3.h>
