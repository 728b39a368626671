// Api: what the door answers, without the door: Kubernetes' REST shapes over a store.
//
//   /apis/byoc.dev/v1alpha1/[namespaces/NS/]{roles,clusters,nodegroups}[/NAME[/PART]]
//   with the parts status, pause and reconcile
//   /api/v1/[namespaces/NS/]events, /api/v1/namespaces[/NS]
//   /byoc/v1/{news,journal,intents,tombstones,approval,pause,plan}   what Kubernetes has no word
//   for /metrics, /healthz, /readyz
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/api_json.h"
#include "controller/api_watch.h"
#include "controller/plan_desk.h"
#include "controller/secrets.h"
#include "controller/store.h"
#include "manifests/validate.h"

namespace byoc {

struct ApiRequest {
  std::string method = "GET";
  std::string path;
  std::map<std::string, std::string> query;
  std::string accept;
  std::string content_type;
  std::string body;

  // The value of a parameter, "" when it is not there.
  [[nodiscard]] std::string parameter(const std::string& name) const;
  // Nothing is to be changed; what else the parameter says was refused before.
  [[nodiscard]] bool dry_run() const { return query.contains("dryRun"); }
};

struct ApiReply {
  int code = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::string> warnings;
  bool idle = false;           // nothing new: worth asking again after a change
  std::optional<Watch> watch;  // the body is a stream: what read_watch() says, again and again
};

// What the API server needs of the rest of the daemon; called on its thread.
struct ApiHooks {
  std::function<void(const ObjectKey&)> look;  // the loop is to look at an object now
  std::function<void()> scan;                  // the watched directory is to be read now
  std::function<std::string()> metrics;        // the text of /metrics
  // The loop is to make the plans of `keys`, as if `objects` were stored; `done` is told of them on
  // the loop's thread.
  std::function<void(std::vector<Object> objects, std::vector<ObjectKey> keys,
                     std::function<void(std::vector<Json>)> done)>
      plan;
  std::string watched;                          // the directory that is watched; "": none
  std::function<std::string()> trouble;         // why the daemon is not ready; "" when it is
  std::function<ProcessDefaults()> of_process;  // what byocd says where a manifest says nothing
  std::function<Time()> now;                    // the system's clock when empty
};

class Api {
 public:
  Api(Store& store, const Secrets& secrets, ApiHooks hooks);

  [[nodiscard]] ApiReply answer(const ApiRequest& request);
  // What anybody on this machine may ask: metrics and health, nothing of the objects.
  [[nodiscard]] ApiReply answer_public(const ApiRequest& request) const;

 private:
  struct Target;
  [[nodiscard]] ApiReply answer_anything(const ApiRequest& request);
  [[nodiscard]] ApiReply answer_resource(const ApiRequest& request, const Target& target);
  [[nodiscard]] ApiReply answer_core(const ApiRequest& request,
                                     const std::vector<std::string>& path);
  [[nodiscard]] ApiReply answer_own(const ApiRequest& request, const std::string& what);
  [[nodiscard]] ApiReply pause_all(bool pause);
  [[nodiscard]] ApiReply begin_plan(const ApiRequest& request);
  [[nodiscard]] ApiReply fetch_plan(const ApiRequest& request);
  [[nodiscard]] ApiReply list_events(const ApiRequest& request, const std::string& ns);
  [[nodiscard]] ApiReply list(const ApiRequest& request, const Target& target);
  // Makes a write again that lost to another one, which `again` says.
  using Attempt = ApiReply (Api::*)(const ApiRequest&, const Target&, bool& again);
  [[nodiscard]] ApiReply write(const ApiRequest& request, const Target& target, Attempt attempt);
  [[nodiscard]] ApiReply write_once(const ApiRequest& request, const Target& target, bool& again);
  [[nodiscard]] ApiReply store_manifest(const ApiRequest& request, const std::vector<Object>& all,
                                        std::vector<Manifest>& manifests, bool version_named,
                                        bool& again);
  [[nodiscard]] ApiReply store_annotations(const ApiRequest& request, const Object& stored,
                                           std::map<std::string, std::string> annotations,
                                           bool version_named, bool& again);
  [[nodiscard]] ProcessDefaults process_defaults() const {
    return hooks_.of_process ? hooks_.of_process() : ProcessDefaults{};
  }
  [[nodiscard]] ApiReply remove(const ApiRequest& request, const Target& target);
  [[nodiscard]] Status mark_cascaded(const std::vector<Object>& targets);
  [[nodiscard]] ApiReply subresource(const ApiRequest& request, const Target& target);
  [[nodiscard]] ApiReply status_part(const ApiRequest& request, const Target& target);
  [[nodiscard]] ApiReply write_status(const ApiRequest& request, const Target& target, bool& again);

  Store& store_;
  const Secrets& secrets_;
  ApiHooks hooks_;
  std::shared_ptr<PlanDesk> plans_ = std::make_shared<PlanDesk>();
};

// Of one kind: where it is in the tree of resources.
struct Api::Target {
  ObjectKey key;  // ns and name as far as the path names them
  std::string part;
};

[[nodiscard]] ApiReply reply_with(int code, const Json& body);
[[nodiscard]] ApiReply reply_with(const Refusal& refusal);
[[nodiscard]] ApiReply bad_request(const std::string& message);
[[nodiscard]] ApiReply not_allowed(const ApiRequest& request);

// Whether a body is to be refused before it is parsed: members that come unsorted cost more the
// more there are. The limit is of all objects in it together.
inline constexpr std::ptrdiff_t kMembersMax = 20'000;
[[nodiscard]] bool has_too_many_members(const std::string& body);
// The refusal of a patch that is no merge patch.
[[nodiscard]] std::optional<ApiReply> check_patch_type(const ApiRequest& request);
// Whether a document or a patch says of which version it speaks.
[[nodiscard]] bool names_version(const Json& document);

// What clients ask before they ask for objects: groups, resources, versions, schemas. Nothing when
// the path is not one of these.
[[nodiscard]] std::optional<ApiReply> answer_discovery(const ApiRequest& request);

}  // namespace byoc
