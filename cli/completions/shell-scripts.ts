/** Each script asks the program itself for what fits, so it never gets old. `words` are those up to the cursor. */
export const shellScripts = {
  bash: `# orchestr8 completions for bash
_orchestr8() {
  local line="\${COMP_LINE:0:COMP_POINT}" words typed cut reply
  read -ra words <<< "$line"
  [[ "$line" == *" " ]] && words+=("")
  typed="\${words[-1]}"
  # bash takes "=" and ":" for ends of words, and replaces what comes after them alone.
  cut=""
  [[ "$typed" == *[=:]* ]] && cut="\${typed%"\${typed##*[=:]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r reply _; do
    COMPREPLY+=("\${reply#"$cut"}")
  done < <("\${words[0]}" completions bash -- "\${words[@]:1}" 2> /dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == */ ]] && compopt -o nospace 2> /dev/null
  return 0
}
complete -F _orchestr8 orchestr8 o8
`,
  zsh: `#compdef orchestr8 o8
# orchestr8 completions for zsh
_orchestr8() {
  local -a texts shown folders
  local text description
  while IFS=$'\\t' read -r text description; do
    if [[ "$text" == */ ]]; then
      folders+=("$text")
    else
      texts+=("$text")
      shown+=("$text\${description:+  -- $description}")
    fi
  done < <("\${words[1]}" completions zsh -- "\${(@)words[2,CURRENT]}" 2> /dev/null)
  (( \${#texts} )) && compadd -l -d shown -- "\${texts[@]}"
  (( \${#folders} )) && compadd -S '' -- "\${folders[@]}"
  return 0
}
compdef _orchestr8 orchestr8 o8
`,
  fish: `# orchestr8 completions for fish
function __orchestr8_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] completions fish -- $words[2..] 2> /dev/null
end
complete -c orchestr8 -f -a '(__orchestr8_complete)'
complete -c o8 -f -a '(__orchestr8_complete)'
`,
} as const;

export type Shell = keyof typeof shellScripts;
