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
/// alone. `-r=VALUE` is `-rVALUE`, of which the parser would take the sign for the value's first,
/// and `--url=` has an empty value, in whose place it would take the next word.
std::vector<std::string> as_parsed(const CLI::App& app, std::vector<std::string> words);
/// Of an option that takes one value the last is taken, so that a script can have one to begin
/// with.
void take_last_values(CLI::App& app);

/// Whether the first word is no command, so that there is no help for it either.
bool names_unknown_command(const CLI::App& app);
/// A mistake in the command line. `commands`: the names of all.
error explain(const CLI::App& app, const CLI::ParseError& problem,
              const std::vector<std::string>& commands);

}  // namespace retort::cli
