;; Drives Emacs with eglot and editors/emacs against the real server. Run by scripts/test-editors.  -*- lexical-binding: t; -*-
(require 'package)
(package-initialize)
(require 'eglot)
(require 'flymake)
(require 'wf-mode)

(defvar failures 0)
(defun check (what good found)
  (unless good
    (setq failures (1+ failures))
    (message "emacs: %s, found %S" what found)))
(defun wait-until (condition)
  (let ((end (+ (float-time) 30)))
    (while (and (not (funcall condition)) (< (float-time) end))
      (accept-process-output nil 0.05))))

(setq eglot-sync-connect 30 eglot-connect-timeout 30 eglot-send-changes-idle-time 0)
(find-file "main.wf")
(check "the mode is wf-mode" (eq major-mode 'wf-mode) major-mode)
(apply #'eglot (eglot--guess-contact))
(flymake-mode 1)
(wait-until (lambda () (flymake-start) (flymake-diagnostics)))
(let ((found (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))
  (check "a diagnostic" (and found (string-match-p "did you mean `count`" (car found))) found))

(goto-char (point-min))
(search-forward "let twice")
(let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                              (eglot--TextDocumentPositionParams))))
  (check "hover" (string-match-p "let twice" (format "%S" hover)) hover))
(goto-char (point-max))
(search-backward "twice")
(let ((found (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
  (check "definition" (= (length found) 1) found))

(goto-char (point-min))
(re-search-forward "^ *let twice.*$")
(replace-match "  let twice=count*2")
(eglot--signal-textDocument/didChange)
(eglot-format-buffer)
(goto-char (point-min))
(check "formatting" (search-forward "\n    let twice = count * 2\n" nil t) (buffer-string))
(eglot--signal-textDocument/didChange)
(wait-until (lambda () (flymake-start) (null (flymake-diagnostics))))
(check "no diagnostic" (null (flymake-diagnostics)) (flymake-diagnostics))

;; another name, in all places
(goto-char (point-max))
(search-backward "twice")
(let ((edit (jsonrpc-request (eglot--current-server-or-lose) :textDocument/rename
                             (append (eglot--TextDocumentPositionParams) '(:newName "double")))))
  (cl-letf (((symbol-function 'y-or-n-p) (lambda (&rest _) t)))
    (eglot--apply-workspace-edit edit)))
(check "renaming" (string-match-p "let double = count \\* 2\n +double" (buffer-string)) (buffer-string))

;; a change that is offered, carried out
(goto-char (point-min))
(search-forward "count *")
(replace-match "coun *")
(eglot--signal-textDocument/didChange)
(wait-until (lambda () (flymake-start) (flymake-diagnostics)))
(search-backward "coun")
(let* ((place (eglot--pos-to-lsp-position (1+ (point))))
       (actions (append (jsonrpc-request
                         (eglot--current-server-or-lose) :textDocument/codeAction
                         (list :textDocument (eglot--TextDocumentIdentifier)
                               :range (list :start place :end place) :context '(:diagnostics []))) nil))
       (fix (seq-find (lambda (a) (equal (plist-get a :title) "write `count`")) actions)))
  (check "a code action" fix (mapcar (lambda (a) (plist-get a :title)) actions))
  (when fix (eglot--apply-workspace-edit (plist-get fix :edit))))
(check "its change" (string-match-p "let double = count \\* 2" (buffer-string)) (buffer-string))

;; hints beside names without a type
(eglot--signal-textDocument/didChange)
(let ((hints (jsonrpc-request (eglot--current-server-or-lose) :textDocument/inlayHint
                              (list :textDocument (eglot--TextDocumentIdentifier)
                                    :range (list :start (eglot--pos-to-lsp-position (point-min))
                                                 :end (eglot--pos-to-lsp-position (point-max)))))))
  (check "an inlay hint" (string-match-p "Int" (format "%S" hints)) hints))

;; written as a file is saved
(add-hook 'before-save-hook #'eglot-format-buffer nil t)
(goto-char (point-min))
(re-search-forward "^ *let double.*$")
(replace-match "  let   double=count*2")
(eglot--signal-textDocument/didChange)
(let ((inhibit-message t)) (save-buffer))
(check "formatting on save"
       (with-temp-buffer (insert-file-contents "main.wf") (search-forward "\n    let double = count * 2\n" nil t))
       (buffer-string))

(set-buffer-modified-p nil)
(ignore-errors (eglot-shutdown (eglot-current-server)))
(when (> failures 0) (kill-emacs 1))
(message "emacs: good")
(kill-emacs 0)
