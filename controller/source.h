// source: what a directory of manifests asks of the store, under the guards that keep a vanished
// file from being taken for a wish to delete (docs/designs/0002-byocd.md).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/candidate.h"
#include "controller/scan.h"
#include "controller/store.h"
#include "manifests/validate.h"

namespace byoc {

struct SourceOptions {
  // What may go within the window without being asked for: so many objects,
  std::size_t deletions_max = 3;
  std::size_t deletions_share_max = 25;  // so many percent of the objects from files,
  std::size_t resources_max = 20;        // and so many resources that they hold in AWS
  Duration window = std::chrono::hours(1);
  Duration settle = std::chrono::seconds(2);  // two scans so far apart must agree
  Duration again = std::chrono::seconds(10);  // until what waits for others is tried again
  std::size_t told_max = 100;                 // diagnostics of one scan that become events
};

// The events of a directory as a whole are those of this object, with the root as its name.
inline constexpr std::string_view kDirectoryKind = "Directory";
// On objects that stay when no file names them any more: "false".
inline constexpr std::string_view kPruneAnnotation = "byoc.dev/prune";

struct SourceChange {
  enum class Kind {
    put,      // as `object` is
    move,     // the same, but only where it comes from is new: AWS need not be asked
    remove,   // no file names it any more
    frozen,   // its file cannot be followed, or its deletion is not safe: nothing changes
    waiting,  // its deletion needs an approval
    later,    // nothing now: another scan, or the end of a deletion, must come first
  };
  Kind kind = Kind::put;
  Object object;                       // as it is to be stored (put, move), else as it is stored
  std::string reason;                  // CamelCase word
  std::string message;                 // for people
  std::optional<ObjectKey> from = {};  // put: what the object is called in the store, if not so
};

struct SourceChanges {
  std::string root;
  std::vector<SourceChange> list;  // by key
  Diagnostics diagnostics;         // everything that is wrong with the files
  // Whether the deletions were weighed; if not, a question that was asked before stands.
  bool weighed = false;
  std::optional<Approval> question;    // what `waiting` waits for
  std::optional<SourceMemory> memory;  // to be written down before anything is removed
  std::optional<Time> again;           // when to scan again although nothing happens
};

// What compare looks at besides the scan: the store as it is.
struct Stored {
  std::vector<Object> objects;
  std::vector<Tombstone> tombstones;
  std::optional<Approval> approval;
  SourceMemory memory{};
  ProcessDefaults of_process{};  // not the store's: this process says them
};
[[nodiscard]] Result<Stored> read_stored(Store& store);

// Pure. The time is that of the scan.
[[nodiscard]] SourceChanges compare(const Scan& scan, const Stored& stored,
                                    const SourceOptions& options = {});

struct Applied {
  std::vector<ObjectKey> keys;            // that changed: the controller should look at them
  std::vector<const SourceChange*> done;  // in the changes: what is new, and newly held
  std::optional<Time> again;              // as in SourceChanges, or sooner: something failed
  std::vector<Status> failures;           // what could not be stored
};

// Does it, object by object; what fails does not stop the rest, but for a store that does not work.
// `told` is what the last call has told already: a diagnostic becomes an event once, not with every
// scan.
[[nodiscard]] Applied apply(const SourceChanges& changes, Store& store, const Secrets& secrets,
                            std::set<std::string>& told, Time now,
                            const SourceOptions& options = {});

}  // namespace byoc
