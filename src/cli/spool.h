#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace retort::cli {

/// A text that nobody sees before all of it is there: half a script would be run by whoever reads
/// from a pipe. What is longer than some kilobytes waits in a temporary file that has no name;
/// where none can be made, in memory.
class spool {
 public:
  /// Throws `error` where the temporary file is full.
  void append(std::string_view text);

  /// Gives all of it to `show`, piece by piece. Throws `error` where the temporary file cannot be
  /// read, and what `show` throws.
  void read(const std::function<void(std::string_view)>& show);

 private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, closer> file_;
  bool may_use_file_ = true;
  /// What is not in the file yet.
  std::string memory_;
};

}  // namespace retort::cli
