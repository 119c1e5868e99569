;;; wf-mode.el --- Workflows in the wf language  -*- lexical-binding: t; -*-

;; A major mode with the language's colours and indentation, and the server `wfc lsp' for eglot.
;;   (require 'wf-mode)
;;   (add-hook 'wf-mode-hook #'eglot-ensure)

;;; Code:

(defgroup wf nil "Workflows in the wf language." :group 'languages)

(defcustom wf-server-command '("wfc" "lsp")
  "How the language server is started."
  :type '(repeat string))

(defconst wf-mode-keywords
  '("action" "after" "any" "as" "attached" "await" "backoff" "break" "breaker" "cache" "catch" "changed"
    "choice" "config" "const" "continue" "created" "cron" "deadline" "else" "end" "enum" "error" "every"
    "expect" "extern" "factor" "fail" "fails" "failures" "file" "first" "flow" "for" "func" "hmac" "if" "in"
    "jitter" "join" "let" "limit" "loop" "match" "mock" "next" "no" "on" "once" "open" "parallel" "per" "pool"
    "priority" "query" "race" "rate" "real" "record" "recover" "removed" "retry" "return" "returns" "secret"
    "sequence" "settle" "signal" "sleep" "spawn" "split" "step" "terminate" "test" "timeout" "try" "undo" "until" "use"
    "var" "via" "webhook" "when" "while" "with" "within" "workflow" "zone")
  "Words of the language.")

(defconst wf-mode-font-lock
  `((,(regexp-opt '("true" "false" "null") 'symbols) . font-lock-constant-face)
    (,(concat "\\_<\\(?:func\\|workflow\\|flow\\|action\\|step\\|signal\\|query\\)\\_>[ \t]+\\(\\(?:\\sw\\|\\s_\\)+\\)")
     1 font-lock-function-name-face)
    (,(regexp-opt wf-mode-keywords 'symbols) . font-lock-keyword-face)
    ("\\_<[A-Z]\\(?:\\sw\\|\\s_\\)*\\_>" . font-lock-type-face)
    ("\\_<[0-9][0-9_]*\\(?:us\\|ms\\|s\\|m\\|h\\|d\\)\\_>" . font-lock-constant-face)))

(defvar wf-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    table))

(defun wf-mode-indent-line ()
  "Indent the line by the brackets around it."
  (interactive)
  (let* ((depth (save-excursion (back-to-indentation) (car (syntax-ppss))))
         (closes (save-excursion (back-to-indentation) (looking-at "[])}]")))
         (clause (save-excursion
                   (back-to-indentation)
                   (looking-at (regexp-opt '("after" "when" "timeout" "deadline" "retry" "undo" "priority" "cache"
                                             "once" "via" "returns") 'symbols))))
         (column (* 4 (max 0 (+ depth (if closes -1 0) (if clause 1 0))))))
    (if (<= (current-column) (current-indentation))
        (indent-line-to column)
      (save-excursion (indent-line-to column)))))

;;;###autoload
(define-derived-mode wf-mode prog-mode "wf"
  "Major mode for workflows in the wf language."
  (setq-local comment-start "// ")
  (setq-local comment-end "")
  (setq-local comment-start-skip "//+[ \t]*")
  (setq-local indent-tabs-mode nil)
  (setq-local indent-line-function #'wf-mode-indent-line)
  (setq-local font-lock-defaults '(wf-mode-font-lock)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.wf\\'" . wf-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               (cons 'wf-mode (lambda (&rest _) wf-server-command))))

(provide 'wf-mode)
;;; wf-mode.el ends here
