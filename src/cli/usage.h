#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include <retort/error.h>

namespace retort::cli {

// How the command line's parser speaks to the user.

/// Takes one of these words.
CLI::Validator one_of(std::vector<std::string> words);
/// Takes a whole number between these, themselves included.
CLI::Validator number_between(long low, long high);

/// The command line as the parser reads it. `--` ends the options: in front of words that are none
/// anyway it says nothing and is left out, for the parser takes a list of words on its one side
/// alone.
std::vector<std::string> without_idle_marks(std::vector<std::string> words);

/// A mistake in the command line. `commands`: the names of all.
error explain(const CLI::App& app, const CLI::ParseError& problem,
              const std::vector<std::string>& commands);

}  // namespace retort::cli
