#include "command/models.h"

#include "engine/folder.h"

namespace retort::command {

std::vector<model_source> find_models(const environment& /*env*/, const std::string& named_file) {
  std::vector<model_source> found;
  if (!named_file.empty()) found.push_back({named_file, engine::read_file(named_file), nullptr});
  return found;
}

}  // namespace retort::command
