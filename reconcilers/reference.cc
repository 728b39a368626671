#include "reconcilers/reference.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace byoc {
namespace {

// The bytes of a value with references: pieces, each with its kind, the length of what follows
// (four bytes), and a text, "KEY\0MEMBER" or the name of a secret.
enum class PieceKind : char {
  text = 't',
  reference = 'r',
  quoted_reference = 'R',  // inside a string of a JSON text
  secret = 's',
  quoted_secret = 'S',
};

struct Piece {
  PieceKind kind = PieceKind::text;
  std::string_view body;

  [[nodiscard]] bool quoted() const {
    return kind == PieceKind::quoted_reference || kind == PieceKind::quoted_secret;
  }
  [[nodiscard]] Reference reference() const {
    if (kind == PieceKind::secret || kind == PieceKind::quoted_secret) return {{}, body, true};
    const std::size_t end = body.find('\0');
    return {body.substr(0, end), body.substr(end + 1), false};
  }
};

constexpr std::size_t kHead = 5;  // the kind and the length

class Pieces {
 public:
  void add(PieceKind kind, std::string_view body) {
    if (kind == PieceKind::text && body.empty()) return;
    bytes_.push_back(static_cast<std::uint8_t>(kind));
    for (int shift = 0; shift < 32; shift += 8) {
      bytes_.push_back(static_cast<std::uint8_t>(body.size() >> static_cast<unsigned>(shift)));
    }
    bytes_.insert(bytes_.end(), body.begin(), body.end());
  }
  [[nodiscard]] Json take() { return Json::binary(std::move(bytes_)); }

 private:
  std::vector<std::uint8_t> bytes_;
};

template <class Each>
void each_piece(const Json& value, Each&& each) {
  const auto& bytes = value.get_binary();
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t at = 0; at + kHead <= all.size();) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      size |= static_cast<std::size_t>(bytes[at + 1 + i]) << (8 * i);
    }
    each(Piece{static_cast<PieceKind>(all[at]), all.substr(at + kHead, size)});
    at += kHead + size;
  }
}

std::string text_of_value(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// The inside of the JSON string that holds this text.
std::string quoted(const std::string& text) {
  const std::string whole = Json(text).dump();
  return whole.substr(1, whole.size() - 2);
}

// Writes JSON text as dump() does, and its references as pieces.
class TextWriter {
 public:
  [[nodiscard]] Json write(const Json& document) {
    add(document);
    if (!refers_) return text_;
    flush();
    return pieces_.take();
  }

 private:
  void add(const Json& value) {
    if (value.is_binary()) {
      text_ += '"';
      each_piece(value, [this](const Piece& piece) { add(piece); });
      text_ += '"';
    } else if (value.is_object()) {
      text_ += '{';
      const char* comma = "";
      for (const auto& [name, part] : value.items()) {
        text_.append(comma).append(Json(name).dump()).append(":");
        add(part);
        comma = ",";
      }
      text_ += '}';
    } else if (value.is_array()) {
      text_ += '[';
      const char* comma = "";
      for (const Json& part : value) {
        text_ += comma;
        add(part);
        comma = ",";
      }
      text_ += ']';
    } else {
      text_ += value.dump();
    }
  }

  void add(const Piece& piece) {
    if (piece.kind == PieceKind::text) {
      text_ += quoted(std::string(piece.body));
      return;
    }
    flush();
    refers_ = true;
    const bool is_secret = piece.reference().secret;
    pieces_.add(is_secret ? PieceKind::quoted_secret : PieceKind::quoted_reference, piece.body);
  }

  void flush() {
    pieces_.add(PieceKind::text, text_);
    text_.clear();
  }

  std::string text_;  // after the last reference
  Pieces pieces_;
  bool refers_ = false;
};

Json resolve_pieces(const Json& value, const Lookup& lookup, bool& complete) {
  if (const auto sole = sole_reference(value)) {
    Json known = lookup(*sole);
    if (!known.is_null()) return known;
    complete = false;
    return value;
  }
  std::string out;
  bool known_all = true;
  each_piece(value, [&](const Piece& piece) {
    if (piece.kind == PieceKind::text) {
      out += piece.body;
      return;
    }
    const Json known = lookup(piece.reference());
    known_all = known_all && !known.is_null();
    const std::string text = text_of_value(known);
    out += piece.quoted() ? quoted(text) : text;
  });
  if (known_all) return out;
  complete = false;
  return value;
}

}  // namespace

Json ref(std::string_view key, std::string_view member) {
  Pieces pieces;
  pieces.add(PieceKind::reference, std::string(key).append(1, '\0').append(member));
  return pieces.take();
}

Json secret(std::string_view name) {
  Pieces pieces;
  pieces.add(PieceKind::secret, name);
  return pieces.take();
}

Json concat(const std::vector<Json>& parts) {
  Pieces pieces;
  for (const Json& part : parts) {
    if (part.is_binary()) {
      each_piece(part, [&](const Piece& piece) { pieces.add(piece.kind, piece.body); });
    } else {
      pieces.add(PieceKind::text, text_of_value(part));
    }
  }
  return pieces.take();
}

Json json_text(const Json& document) {
  return TextWriter().write(document);
}

std::vector<Reference> references(const Json& value) {
  std::vector<Reference> out;
  add_references(value, out);
  return out;
}

void add_references(const Json& value, std::vector<Reference>& out) {
  if (value.is_binary()) {
    each_piece(value, [&](const Piece& piece) {
      if (piece.kind != PieceKind::text) out.push_back(piece.reference());
    });
  } else if (value.is_array()) {
    for (const Json& part : value.get_ref<const Json::array_t&>()) add_references(part, out);
  } else if (value.is_object()) {
    for (const auto& [name, part] : value.get_ref<const Json::object_t&>()) {
      add_references(part, out);
    }
  }
}

bool has_references(const Json& value) {
  if (value.is_binary()) return true;
  if (value.is_array()) {
    const auto& list = value.get_ref<const Json::array_t&>();
    return std::any_of(list.begin(), list.end(), has_references);
  }
  if (!value.is_object()) return false;
  const auto& members = value.get_ref<const Json::object_t&>();
  return std::any_of(members.begin(), members.end(),
                     [](const auto& entry) { return has_references(entry.second); });
}

bool any_reference(const Json& value, const std::function<bool(const Reference&)>& is_one) {
  if (!has_references(value)) return false;  // most values; nothing is gathered to see that
  const std::vector<Reference> all = references(value);
  return std::any_of(all.begin(), all.end(), is_one);
}

std::optional<Reference> sole_reference(const Json& value) {
  if (!value.is_binary()) return std::nullopt;
  std::optional<Reference> found;
  int count = 0;
  each_piece(value, [&](const Piece& piece) {
    ++count;
    if (piece.kind == PieceKind::reference || piece.kind == PieceKind::secret)
      found = piece.reference();
  });
  return count == 1 ? found : std::nullopt;
}

Json with_marks(const Json& value) {
  if (value.is_binary()) {
    std::string out;
    each_piece(value, [&out](const Piece& piece) {
      if (piece.kind == PieceKind::text) {
        out += piece.body;
        return;
      }
      const Reference reference = piece.reference();
      out.append("$(").append(reference.secret ? "secret" : reference.key).append(".");
      out.append(reference.member).append(")");
    });
    return out;
  }
  if (!value.is_structured()) return value;
  Json out = value;
  for (Json& part : out) part = with_marks(std::as_const(part));
  return out;
}

Json resolve(const Json& value, const Lookup& lookup, bool& complete) {
  if (value.is_binary()) return resolve_pieces(value, lookup, complete);
  if (!value.is_structured()) return value;
  Json out = value;
  for (Json& part : out) part = resolve(std::as_const(part), lookup, complete);
  return out;
}

const Json& member(const Json& object, std::string_view path) {
  static const Json kNone;
  const Json* at = &object;
  for (std::size_t from = path.starts_with('/') ? 1 : 0; from <= path.size();) {
    const std::size_t slash = path.find('/', from);
    const std::string_view name = path.substr(from, slash - from);
    if (at->is_object()) {
      const auto& members = at->get_ref<const Json::object_t&>();
      const auto found = members.find(name);
      if (found == members.end()) return kNone;
      at = &found->second;
    } else if (at->is_array()) {
      std::size_t index = 0;
      for (const char c : name) {
        if (c < '0' || c > '9') return kNone;
        index = index * 10 + static_cast<std::size_t>(c - '0');
      }
      if (name.empty() || index >= at->size()) return kNone;
      at = &(*at)[index];
    } else {
      return kNone;
    }
    if (slash == std::string_view::npos) break;
    from = slash + 1;
  }
  return *at;
}

void add_texts(const Json& value, Texts& out) {
  if (value.is_string()) {
    out.insert(value.get<std::string>());
  } else if (value.is_structured()) {
    for (const Json& inner : value) add_texts(inner, out);
  }
}

void set_unless_empty(Json& object, const char* name, Json list) {
  if (list.empty()) {
    object.erase(name);
  } else {
    object[name] = std::move(list);
  }
}

std::string text_member(const Json& object, std::string_view path) {
  const Json& value = member(object, path);
  return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace byoc
