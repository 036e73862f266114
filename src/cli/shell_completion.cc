#include "cli/shell_completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>

namespace glovebox {
namespace {

using Visit = std::function<void(const CommandOutline&)>;

void visit_commands(const CommandOutline& command, const Visit& visit) {
  visit(command);
  for (const CommandOutline& sub : command.commands) visit_commands(sub, visit);
}

std::string in_single_quotes(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out + "'";
}

std::string spelled_flags(const FlagOutline& flag) {
  return flag.letter.empty() ? fmt::format("--{}", flag.name)
                             : fmt::format("-{} --{}", flag.letter, flag.name);
}

bool names_a_folder(const std::string& value_name) {
  return value_name == "DIR";
}

bool names_a_path(const std::string& value_name) {
  return value_name == "FILE" || value_name == "PATH" || names_a_folder(value_name);
}

// ---- bash

std::string bash_case(const CommandOutline& command) {
  std::string words, values, paths;
  for (const CommandOutline& sub : command.commands) words += " " + sub.words.back();
  for (const FlagOutline& flag : command.flags) {
    words += " " + spelled_flags(flag);
    if (flag.value_name.empty()) continue;
    values += fmt::format("{}--{}", values.empty() ? "" : "|", flag.name);
    if (!flag.letter.empty()) values += "|-" + flag.letter;
  }
  std::string text = fmt::format("    {}) words={};", in_single_quotes(command.full_name()),
                                 in_single_quotes(words));
  text += fmt::format(" values='{}' ;;\n", values.empty() ? "" : "|" + values + "|");
  return text;
}

std::string bash_script(const CommandOutline& program) {
  std::string cases, names;
  visit_commands(program, [&](const CommandOutline& command) {
    cases += bash_case(command);
    if (!command.words.empty()) names += fmt::format("{}|", command.full_name());
  });
  return fmt::format(R"(# bash completion for glovebox; written by 'glovebox completion bash'.
_glovebox() {{
  local word current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
  local command=glovebox words values i
  local names='|{}'
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    [[ $word == -- ]] && {{ COMPREPLY=($(compgen -f -- "$current")); return; }}
    [[ $names == *"|$command $word|"* ]] && command="$command $word"
  done
  case $command in
{}  esac
  if [[ -n $values && $values == *"|$before|"* ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ ${{#COMPREPLY[@]}} -eq 0 && $current != -* ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
complete -o filenames -F _glovebox glovebox
)",
                     names, cases);
}

// ---- zsh

// In the description of a specification of _arguments.
std::string zsh_description(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const std::string& value_name) {
  if (names_a_folder(value_name)) return "_files -/";
  return names_a_path(value_name) || value_name.ends_with("FILE") ? "_files" : "";
}

std::string zsh_flag(const FlagOutline& flag) {
  std::string value;
  if (!flag.value_name.empty()) {
    value = fmt::format(":{}:{}", zsh_description(flag.value_name), zsh_action(flag.value_name));
  }
  std::string text = fmt::format(
      "    {} \\\n",
      in_single_quotes(fmt::format("*--{}[{}]{}", flag.name, zsh_description(flag.help), value)));
  if (flag.letter.empty()) return text;
  return text + fmt::format("    {} \\\n",
                            in_single_quotes(fmt::format("*-{}[{}]{}", flag.letter,
                                                         zsh_description(flag.help), value)));
}

std::string zsh_function(const CommandOutline& command) {
  return fmt::format("_glovebox{}{}", command.words.empty() ? "" : "_",
                     fmt::join(command.words, "_"));
}

std::string zsh_commands(const CommandOutline& command) {
  std::string list, cases;
  for (const CommandOutline& sub : command.commands) {
    list += fmt::format(
        "      {}\n",
        in_single_quotes(fmt::format("{}:{}", sub.words.back(), zsh_description(sub.summary()))));
    cases += fmt::format("        {}) {} ;;\n", sub.words.back(), zsh_function(sub));
  }
  return fmt::format(R"(  case $state in
    commands)
      local -a commands=(
{}      )
      _describe command commands ;;
    rest)
      case $line[1] in
{}      esac ;;
  esac
)",
                     list, cases);
}

std::string zsh_script(const CommandOutline& program) {
  std::string text = "#compdef glovebox\n# Written by 'glovebox completion zsh'.\n";
  visit_commands(program, [&](const CommandOutline& command) {
    text +=
        fmt::format("\n{}() {{\n  local curcontext=$curcontext state line\n  _arguments -C \\\n",
                    zsh_function(command));
    for (const FlagOutline& flag : command.flags) text += zsh_flag(flag);
    if (command.commands.empty()) {
      text += "    '*:: :_files'\n}\n";
    } else {
      text += "    '1: :->commands' \\\n    '*:: :->rest'\n" + zsh_commands(command) + "}\n";
    }
  });
  return text + "\n_glovebox \"$@\"\n";
}

// ---- fish

std::string fish_condition(const CommandOutline& command) {
  if (command.words.empty()) return "__fish_use_subcommand";
  std::string condition =
      fmt::format("__fish_seen_subcommand_from {}",
                  fmt::join(command.words, "; and __fish_seen_subcommand_from "));
  if (command.commands.empty()) return condition;
  std::string actions;
  for (const CommandOutline& sub : command.commands) actions += " " + sub.words.back();
  return fmt::format("{}; and not __fish_seen_subcommand_from{}", condition, actions);
}

std::string fish_script(const CommandOutline& program) {
  std::string text = "# fish completion for glovebox; written by 'glovebox completion fish'.\n";
  visit_commands(program, [&](const CommandOutline& command) {
    std::string prefix =
        fmt::format("complete -c glovebox -n {}", in_single_quotes(fish_condition(command)));
    for (const CommandOutline& sub : command.commands) {
      text += fmt::format("{} -f -a {} -d {}\n", prefix, sub.words.back(),
                          in_single_quotes(sub.summary()));
    }
    for (const FlagOutline& flag : command.flags) {
      text += fmt::format("{}{} -l {}{} -d {}\n", prefix,
                          flag.letter.empty() ? "" : " -s " + flag.letter, flag.name,
                          flag.value_name.empty() ? "" : " -r", in_single_quotes(flag.help));
    }
  });
  return text;
}

}  // namespace

Result<std::string> completion_script(std::string_view shell, const CommandOutline& program) {
  if (shell == "bash") return bash_script(program);
  if (shell == "zsh") return zsh_script(program);
  if (shell == "fish") return fish_script(program);
  return validation_error(
      fmt::format("no completion for \"{}\"; there are bash, zsh and fish", shell));
}

}  // namespace glovebox
