// The AWS service models: which operations there are and how their messages look on the wire.
//
// The data is botocore's, trimmed by models/trim.py and compiled in. A service is parsed when it
// is first asked for and then lives, unchanged, as long as the program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace byoc {

enum class Protocol : std::uint8_t { ec2, query, json, rest_json, rest_xml };

enum class Kind : std::uint8_t {
  structure,
  list,
  map,
  string,
  blob,
  boolean,
  integer,   // 32 or 64 bits
  floating,  // float or double
  timestamp,
};

enum class Location : std::uint8_t { body, uri, query, header, headers, status };

enum class TimeFormat : std::uint8_t { unset, iso8601, unix_seconds, rfc822 };

struct XmlNamespace {
  std::string prefix;  // may be empty
  std::string uri;     // empty: none
};

struct Shape;

// A use of a shape, with what the using place says about it. In a structure: a member.
struct ShapeRef {
  std::string name;  // of the member; empty for list elements, map keys and values
  const Shape* shape = nullptr;
  std::string wire_name;   // locationName; empty: the name itself
  std::string query_name;  // EC2 requests only
  Location location = Location::body;
  TimeFormat time_format = TimeFormat::unset;
  XmlNamespace xml_namespace;
  bool flattened = false;
  bool xml_attribute = false;
  bool streaming = false;
  bool idempotency_token = false;

  [[nodiscard]] const std::string& wire() const { return wire_name.empty() ? name : wire_name; }
};

struct Shape {
  std::string name;
  Kind kind = Kind::string;
  std::vector<ShapeRef> members;  // structure, sorted by name
  std::vector<std::string> required;
  ShapeRef element;     // list: the element; map: the value
  ShapeRef key;         // map
  std::string payload;  // structure: the member that is the whole body; empty: none
  bool sensitive = false;

  // Members by the name that XML answers give them, sorted.
  std::vector<std::pair<std::string_view, const ShapeRef*>> by_wire;

  // The member of that name, or null.
  [[nodiscard]] const ShapeRef* find(std::string_view member) const;
  [[nodiscard]] const ShapeRef* find_wire(std::string_view wire_name) const;
  // Whether a message of that shape has anything in its body.
  [[nodiscard]] bool has_body_members() const;
};

// How a list operation pages. Names are members of the input and of the output.
struct Paging {
  std::vector<std::string> input;   // tokens to send; empty: the operation does not page
  std::vector<std::string> output;  // where the next ones come from, in the same order
  std::vector<std::string> result;  // lists to join
  std::string more;                 // boolean member that says whether there is more; may be empty
  std::string limit;                // page size member; may be empty
  int size = 0;                     // page size to ask for
};

struct Operation {
  std::string name;
  std::string method;
  std::string path;   // "/clusters/{name}/update-config"
  std::string query;  // fixed part after `?`: "tagging"
  ShapeRef input;     // shape is null when there is none
  ShapeRef output;    // shape is null when there is none
  std::string result_wrapper;
  bool checksum_required = false;   // the body needs an integrity header
  bool is_unsigned = false;         // sent without credentials
  const ShapeRef* token = nullptr;  // the input's idempotency token member, or null
  Paging paging;
};

struct Service {
  std::string name;  // "ec2"
  Protocol protocol = Protocol::query;
  std::string api_version;
  std::string endpoint_prefix;
  std::string signing_name;
  std::string target_prefix;  // json
  std::string json_version;   // json: "1.1"
  std::string service_id;     // "Auto Scaling": names AWS_ENDPOINT_URL_AUTO_SCALING
  std::string xml_namespace;
  std::unordered_map<std::string, Operation> operations;
  std::unordered_map<std::string, Shape> shapes;

  [[nodiscard]] const Operation* find(std::string_view operation) const;
};

// The service of that (botocore) name, or null when byoc has no model of it.
[[nodiscard]] const Service* find_service(std::string_view name);

// Names of all services with a model, sorted.
[[nodiscard]] std::vector<std::string> service_names();

}  // namespace byoc
