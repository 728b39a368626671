// Row: one AWS resource type, one table entry. Nothing else in the program knows the type.
//
// Parameter templates are JSON text in which a string "@Name" stands for a member of the
// resource's fields ("/" steps into nested ones) and "@id" for its id.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "reconcilers/graph.h"
#include "reconcilers/snapshot.h"

namespace byoc {

// What may be done when the answer of a create call was lost (aws-rules D).
enum class Again {
  by_token,  // the same call with the same token answers with the same thing
  by_name,   // the name is unique: the second call is refused
  by_tag,    // nothing guards: only the intent tag tells, once reads have caught up
  natural,   // the call says how things should be; repeating it changes nothing
};

// How a resource type carries tags.
enum class Tagging {
  none,           // no tags: owned through its parent or through an intent under its name
  specification,  // EC2: TagSpecifications in the create call, CreateTags and DeleteTags after
  list,           // Tags: [{Key, Value}] in the create call, `tag`/`untag` operations after
  small_list,     // the same as ECR spells it: tags: [{Key, Value}], tagKeys
  map,            // tags: {k: v} in the create call, `tag`/`untag` operations after
  put_all,        // no tags in the create call; `tag` replaces the whole set (S3)
};

// Turns one item of a response into what was observed. May give none or several (children).
using ReadFn = void (*)(const Row& row, const Json& item, std::vector<Observed>& out);
// Adds what a detail operation answered to an observed resource.
using MergeFn = void (*)(const Json& body, Observed& into);

// Whether a part that was found in something of the owner's is its, too, by the part's tags and all
// that was found.
struct Owner;
using BelongsFn = bool (*)(const Owner& owner, const Observed& part,
                           const std::vector<Observed>& found);

// Says of an item in the way what its columns cannot (blocking.h).
struct Blocker;
using ExplainFn = void (*)(const Json& item, Blocker& into);

struct Look {
  enum class From {
    bulk,   // one call for all resources of the region or account
    named,  // one call per name that is desired or was promised; the template takes identity fields
    promised,  // one call per promise with an id that the bulk looks, which go by tags, did not
               // show: "@id" is the id. Others may take tags off
    each,      // one call per resource found, to complete its fields
    parent,    // one call per resource of the parent type; finds parts of it
    sweep,  // one call for all resources of the account, with their tags: too many for other looks
  };
  From from = From::bulk;
  std::string_view operation = {};
  std::string_view params = "{}";
  std::string_view items = {};  // JSON pointer to the list (or the one object) in the answer
  ReadFn read = nullptr;        // nullptr: read_tagged()
  MergeFn merge = nullptr;      // From::each
  bool one = false;             // `items` is one object, where others are lists
  std::string_view named = {};  // `items` are names: the member that each of them is
  bool detail = false;          // may be served from memory while nothing changes
  bool removing = false;        // only while the owner is being deleted
  // From::parent: only where a part that is found, or is not, could make a difference (Looker).
  bool sparing = false;
  // A refusal (403) is about this one resource: its name may be somebody else's, or a right is
  // missing. The others are looked at all the same.
  bool may_be_refused = false;
  BelongsFn belongs = nullptr;  // From::parent: whether a part is ours; nullptr: all are
};

// A call that tells the tags of one item of a list, where the list does not.
struct TagLook {
  std::string_view operation = {};
  std::string_view params = {};  // template over the item
  std::string_view tags = {};    // path to them in the answer
};

// What may stand in the way of a removal that AWS refuses: how it is found, how a person would call
// it, and what a person runs to remove it.
struct Blocking {
  std::string_view what = {};     // "network interface"
  std::string_view service = {};  // empty: the row's
  std::string_view operation = {};
  std::string_view params = "{}";  // template over the observed fields
  std::string_view items = {};     // path to the list in the answer
  std::string_view inner = {};     // list in each item whose items are meant
  std::string_view id = {};        // member of an item; empty: the item is the name
  std::string_view about = {};     // path in an item to a word about it, which may be missing
  // Lists that AWS does not filter so far: template of members (paths) that an item must have, and
  // of a text that must stand somewhere in it.
  std::string_view only = {};
  std::string_view names = {};
  std::string_view needed = {};    // member without which an item is harmless
  std::string_view harmless = {};  // template: items with these members go with the resource
  // The command; of its words "@self" is the item's id, "@id" that of the resource, "@Name" a
  // member of the item.
  std::string_view removal = {};
  TagLook tags = {};
  ExplainFn explain = nullptr;  // says more than the columns do
};

// What a person does about a create or update that AWS refused with this code.
struct Hint {
  std::string_view aws_code = {};
  std::string_view words = {};  // a sentence
};

// Another resource that a part belongs to: of this type, with the id in this field.
struct OtherParent {
  std::string_view type = {};
  std::string_view field = {};
};

// A resource of several versions that never change, such as a launch template: which of them is
// compared. One that is as desired, though others have been made since; the newest if none is.
// What uses the resource says which version it uses: that one first, for it is the least work.
struct Versions {
  std::string_view list = {};    // field: a list of {number, field: value}, in any order
  std::string_view number = {};  // member of the list's items
  std::string_view field = {};   // member of the items, and field that is compared
  std::string_view shown = {};  // field that holds the number, as text, of the one that is compared
  std::string_view used_by = {};      // row type of the users
  std::string_view used_id = {};      // their field with the id of the resource
  std::string_view used_number = {};  // their field with the number, as text
};

// A difference that is not worth the effect that its change has on what refers to the resource
// (Set::effect): it waits, and rides with the next change that is made anyway.
struct Rider {
  std::string_view path = {};  // JSON pointer below a field
  std::string_view why = {};   // for people: what waits, and for what
};

struct Change {
  std::string field;
  Json from;  // null: not set
  Json to;
  bool compared = false;                 // with what the manifest said before:
  std::vector<std::string> edited = {};  // where in the field that differs ("a.b[].c")
};

// What a manifest calls a field of the create operation's parameters ("." steps into it, "[]" is
// any item of a list).
struct Term {
  std::string_view field;
  std::string_view manifest;
};

// Builds the parameters of an update that a template cannot express.
// `params` are the desired ones with references resolved.
using MakeFn = Json (*)(const Desired& desired, const Json& params, const Observed& observed);

struct Set {
  std::string_view field = {};  // member of params that this operation changes
  std::string_view operation = {};
  std::string_view params = {};  // template over the desired fields, "@id" of the observed
  MakeFn make = nullptr;
  std::string_view keeps = {};  // path in the field that the operation cannot change
  bool in_create = true;        // the create operation takes the field too
  // JSON text: the value that a resource has by itself. It is not sent in the create call, and an
  // answer without the field means it.
  std::string_view initial = {};
  std::string_view moves = {};  // member of the resource that has another value afterwards
  bool rises = false;           // a version that AWS never lowers
  bool stepwise = false;        // and raises by one minor version at a time
  // What it takes from the users of the resource, in words that follow its name: "its nodes are
  // replaced".
  std::string_view effect = {};
};

struct Row {
  std::string_view type = {};
  std::string_view service = {};
  std::string_view arn_service = {};  // as ARNs call the service; empty: the same
  bool global = false;                // the same one is seen from every region
  std::vector<Look> looks = {};
  std::string_view id = {};         // field that the remove operation takes
  std::string_view arn = {};        // field with the ARN, when others may refer to it so
  std::string_view arn_names = {};  // the ARN's resource part with its names: "cluster/@name"
  std::vector<std::string_view> identity =
      {};                        // fields that tell one from another: name, or parent + value
  std::string_view parent = {};  // type that it is part of; found and owned through it

  // Life. Three questions per state: may it be changed, is it healthy, is it to be replaced? In any
  // state that is in none of the lists it is on its way, and may not be changed.
  std::string_view state = {};                  // JSON pointer; empty: what exists is ready
  std::vector<std::string_view> ready = {};     // may be changed, healthy
  std::vector<std::string_view> degraded = {};  // may be changed, not healthy; never replaced
  std::vector<std::string_view> failed = {};    // may not be changed, was never healthy, or will be
                                                // no more: replaced where recreate_failed says so
  std::vector<std::string_view> going = {}, gone = {};
  std::string_view why = {};     // JSON pointer to the reason of a failure
  std::string_view issues = {};  // JSON pointer to a list of {code, message, resourceIds}
  int settle_seconds = 0;        // what a create usually takes; 0: ready at once
  int leave_seconds = 0;         // what a removal usually takes; 0: gone at once

  // change
  std::string_view create = {};
  std::string_view made = {};  // JSON pointer to the new item in the create answer
  Again again = Again::natural;
  std::string_view token = {};  // member that takes the idempotency token
  Tagging tagging = Tagging::none;
  std::string_view tag = {}, untag = {};  // operations for Tagging list, map, put_all
  std::string_view tag_target = {};       // template of the operations' target members
  std::string_view tag_resource = {};     // EC2 resource type for TagSpecifications
  std::vector<Set> set = {};
  // An update that AWS accepts and carries out later is followed by its id to its end.
  std::string_view update = {};                // JSON pointer to the id in the answer
  std::string_view follow = {};                // operation that tells how it stands
  std::string_view follow_params = {};         // template over the update's parameters
  std::vector<std::string_view> ignored = {};  // create-only: never compared
  std::vector<std::string_view> not_sent =
      {};  // identify only: the create operation does not take them
  std::vector<std::string_view> ordered = {};    // lists whose order means something to AWS
  std::vector<std::string_view> exact = {};      // maps that may hold nothing but what is desired
  std::vector<std::string_view> documents = {};  // policy documents: compared by meaning
  Versions versions = {};
  std::vector<Rider> riders = {};
  std::vector<Hint> hints = {};
  std::string_view remove = {};  // empty: goes with its parent
  std::string_view remove_params = {};
  std::string_view protection = {};  // path of the member that is true while AWS refuses a removal
  std::string_view unprotect = {};   // what a person runs to change that; ends with its id
  std::vector<Blocking> blockers = {};    // asked when the removal is refused as a conflict
  bool remove_with_parent = false;        // needs no call of its own when the parent is removed too
  std::vector<OtherParent> parents = {};  // others, without any of which it is no more
  bool holds_data = false;                // of its users: a sweep leaves it
  bool exclusive = false;          // parts that nobody desires are removed: those that we have set,
                                   // and all where the manifest says so
  bool remembered = false;         // the same of those that we have set alone
  bool only_ours = false;          // exclusive, and nobody else makes any: all are removed
  bool remembers_parts = false;    // carries the marks of its exclusive parts (kTagParts)
  bool comes_with_parent = false;  // a new parent may bring it: not made in the same pass
  bool inherits = false;  // named inside our own cluster: what stands there is ours to take over
  bool derived = false;   // holds nothing of its own: replaced, unasked, with what it is made of
  bool recreate_failed = false;  // a failed one is removed and made again
  bool revives = false;  // whoever writes into it makes it again, without tags, when it is missing

  // order without references
  // types, beside its own, its parents' and its parts', that look otherwise once one of it is made,
  // changed or removed
  std::vector<std::string_view> shows_in = {};
  std::vector<std::string_view> after = {};          // types: created after, removed before
  std::vector<std::string_view> remove_before = {};  // types that are removed only after this
  std::vector<std::string_view> stay_until_gone =
      {};  // types: the same, of others than its parents
  std::string_view pool =
      {};  // template over the parameters: updates of one value run one at a time

  // for people (rows_shown.cc)
  std::vector<std::string_view> shown = {};  // members of a new one that a plan shows
  std::vector<Term> terms = {};
};

// All rows. A type that comes from a record may be unknown (row_of: null); find_row is for types
// that we wrote ourselves, and stops the program for a type that does not exist.
[[nodiscard]] const std::vector<Row>& all_rows();
[[nodiscard]] const Row* row_of(std::string_view type);
[[nodiscard]] const Row& find_row(std::string_view type);

// The rows by service, one file each.
[[nodiscard]] std::vector<Row> rows_ec2_network();
[[nodiscard]] std::vector<Row> rows_ec2_gateway();
[[nodiscard]] std::vector<Row> rows_ec2_group();
[[nodiscard]] std::vector<Row> rows_ec2_template();
[[nodiscard]] std::vector<Row> rows_iam();
[[nodiscard]] std::vector<Row> rows_eks();
[[nodiscard]] std::vector<Row> rows_storage();
// Fills the columns `shown` and `terms`.
void say_what_is_shown(std::vector<Row>& rows);

// Reads a resource that carries tags (as a list under Tags or a map under tags) and a state.
void read_tagged(const Row& row, const Json& item, std::vector<Observed>& out);

// Sets the issues of `observed` from the row's column.
void read_issues(const Row& row, Observed& observed);

// Sets life, health and reason of `observed` from the row's columns.
void read_life(const Row& row, Observed& observed);

// One part of a parent, with these fields (identity first); owner and parent are filled in later.
[[nodiscard]] Observed part_of(const Row& row, std::string parent_id, Json fields);

// Fills a template. Answers false when a member that it names is missing.
[[nodiscard]] bool fill(std::string_view template_text, const Json& fields, const Json& id,
                        Json& out);

// Whether AWS refuses to remove it, and how a person ends that; empty: it does not.
[[nodiscard]] std::string protection_of(const Observed& observed);

// The mark of a part with these fields among those of its parent; empty when a field is missing.
[[nodiscard]] std::string part_mark(const Row& row, const Json& fields);

// What the row's `hints` say about a refusal with this code; empty when they say nothing.
[[nodiscard]] std::string_view hint_about(const Row& row, std::string_view aws_code);

// What the row's `initial` says of a field; null when it says nothing.
[[nodiscard]] const Json& initial_of(const Row& row, std::string_view field);

// The row's identity of a resource with these fields; empty when a field is missing.
[[nodiscard]] std::string identity_of(const Row& row, const Json& fields);

}  // namespace byoc
