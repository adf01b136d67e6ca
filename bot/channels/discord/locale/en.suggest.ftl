# Suggestions: what people send in, and the moderators' queue.

cmd-suggest = suggest
cmd-suggest-about = Suggest an objection, a reply, a source or a way of asking that is missing
cmd-suggestions = suggestions
cmd-suggestions-about = Decide on what people suggest (moderators)
menu-add-phrasing = Add as phrasing of…

opt-about = about
opt-about-about = The entry that it is about; start typing its title

suggest = Suggest
suggest-title = Suggest something
suggest-note = Moderators read your words, without your name. Do not write private things. `/privacy` shows and deletes what is stored.
suggest-about = About: **{ $title }**
suggest-what = What do you suggest?
suggest-kind-objection = A missing objection
suggest-kind-reply = A missing reply
suggest-kind-source = A better source
suggest-kind-phrasing = A way of asking
suggest-kind-other = Something else
suggest-words = In your own words
suggest-words-example = For example: people also object that nobody would maintain it
suggest-link = Link to a source (optional)
suggest-after = When it is decided
suggest-tell = Tell me in a direct message
suggest-thanks = Thank you. This is suggestion { $number }; a moderator will look at it. What gets into the collection is written in their own words.
suggest-will-tell = You get one direct message when it is decided. Until then your account's id is kept encrypted; after that it is deleted, and after 30 days in any case.
suggest-near = This looks like the following. Look whether it is there already:
suggest-few-words = Write at least { $least } characters, so that somebody else can understand it, and choose what you suggest. Then open the form again.
suggest-bad-link = The link must be one address that begins with https:// or http://. Correct it and open the form again.
suggest-slow = { $minutes ->
    [one] That was a lot at once. You can suggest more in a minute.
   *[other] That was a lot at once. You can suggest more in { $minutes } minutes.
  }
suggest-new = Suggestion { $number } has come in.
typed-back = What you typed, to be copied:
suggest-verbatim = That is nearly word for word what somebody else wrote. What people write does not get into the knowledge: say it in your own words.

queue-open = Open it
queue-heading = Suggestion { $number }
queue-empty = No suggestion waits for a decision.
queue-near = This looks like:
queue-drafted = It is in your draft and counts as approved once that is published.
queue-approve = Approve
queue-edit = Edit
queue-reject = Reject
queue-merge = Merge as phrasing
queue-edit-title = What it is about
queue-done = What was done
queue-done-help = Whoever asked to be told reads this. In your own words.
queue-reason = Why not
queue-reason-help = Whoever asked to be told reads this. In your own words.
queue-approved = Suggestion { $number } is approved.
queue-rejected = Suggestion { $number } is rejected.
queue-edited = It is changed.
queue-gone = That suggestion is gone: whoever wrote it had it deleted.
queue-closed = Somebody has decided on that suggestion already.
queue-own = That suggestion is your own. Here two people are the rule: another moderator has to decide on it.
queue-needs-entry = It does not say what it belongs under. Press *Edit* and name the entry: for an objection one of its proposal, for a reply the objection or the reply that it answers.

merge-title = Add a way of asking
merge-entry = Entry
entry-another = Another: its id goes below
entry-none = None, or another: its id goes below
merge-id = Id of another entry
merge-id-help = Counts more than the menu. An id looks like this: new-bridge.cost
merge-language = Language
language-en = English
language-ru = Russian
language-uk = Ukrainian
merge-words = In your own words
merge-words-help = As somebody would ask it. Nobody else's words: a near copy is refused.
merge-which = Choose an entry, or write its id.
merge-too-old = That form is too old: the message that it was about is not kept for longer than 15 minutes, nor over a restart. Open it again at the message.
merge-no-words = That message has no words.
merge-done = It is in your draft.

told-approved = Your suggestion { $number } to “{ $topic }” was approved. Thank you.
told-rejected = Your suggestion { $number } to “{ $topic }” was not taken up.
told-done = What a moderator did:
told-why = A moderator says why:
told-read = Read the entry
told-forgotten = You asked to be told. The id of your account that was kept for this is deleted now.
