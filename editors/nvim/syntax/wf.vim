" Colours of the wf language, for when the server gives none.
if exists('b:current_syntax') | finish | endif
syntax keyword wfConstant true false null
syntax keyword wfKeyword action after any as attached await backoff break breaker cache catch changed choice config const continue created cron deadline else end enum error every expect extern factor fail fails failures file first flow for func hmac if in jitter join let limit loop match mock next no on once open parallel per pool priority query race rate real record recover removed retry return returns secret sequence settle signal sleep spawn split step terminate test timeout try undo until use var via webhook when while with within workflow zone
syntax match wfType "\<[A-Z]\w*\>"
syntax match wfNumber "\<\d[0-9_]*\(us\|ms\|s\|m\|h\|d\)\?\>"
syntax region wfInterpolation start="{" end="}" contained contains=TOP
syntax region wfString start=+"+ skip=+\\\\\|\\"+ end=+"+ oneline contains=wfInterpolation
syntax region wfString start=+"""+ end=+"""+ contains=wfInterpolation
syntax region wfString start=+\<r#*"+ end=+"#*+
syntax match wfComment "//.*$"
highlight default link wfConstant Constant
highlight default link wfKeyword Keyword
highlight default link wfType Type
highlight default link wfNumber Number
highlight default link wfString String
highlight default link wfComment Comment
let b:current_syntax = 'wf'
