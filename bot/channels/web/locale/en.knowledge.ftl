# The knowledge: browsing it

knowledge-about = All that the bot knows about “{ $topic }”: what is proposed, what is said for and against it, and what that rests on.
knowledge-search = Search titles, texts and ways of asking
knowledge-found = { $count ->
     [one] { $count } entry has these words
    *[other] { $count } entries have these words
    }
knowledge-near = Near in meaning
knowledge-nothing = Nothing found
knowledge-nothing-about = Try fewer or other words.
knowledge-all = Show all again
knowledge-parts = Parts of the knowledge
knowledge-part-proposals = Proposals
knowledge-part-facts = Facts
knowledge-part-glossary = Glossary
knowledge-part-faq = Questions and answers
knowledge-part-boundaries = Boundaries
knowledge-part-sources = Sources
knowledge-part-withdrawn = Withdrawn
knowledge-part-empty = Nothing here yet
knowledge-none-withdrawn = Nothing is withdrawn
knowledge-n-reasons = { $count ->
     [one] { $count } reason for it
    *[other] { $count } reasons for it
    }
knowledge-n-objections = { $count ->
     [one] { $count } objection
    *[other] { $count } objections
    }
knowledge-n-replies = { $count ->
     [one] { $count } reply
    *[other] { $count } replies
    }
knowledge-n-counters = { $count ->
     [one] { $count } counter
    *[other] { $count } counters
    }
knowledge-n-bare = { $count ->
     [one] { $count } without reply
    *[other] { $count } without reply
    }
knowledge-uses = Used by
knowledge-gone = There is no such entry. It may have been withdrawn, or it is only in somebody’s draft.

# An entry

knowledge-withdrawn = Withdrawn
knowledge-in-draft = In your draft
knowledge-basis-inference = inferred, no source
knowledge-basis-common = commonly known
knowledge-reasons = Reasons for it
knowledge-no-reasons = No reason for it is recorded.
knowledge-objections = Objections and replies
knowledge-no-objections = No objection is recorded.
knowledge-replies = What is said to that
knowledge-no-replies = No reply is recorded.
knowledge-answers-objection = Objects to
knowledge-answers-response = Replies to
knowledge-answers-counter = Counters
knowledge-no-phrasings = Nobody can ask for this yet: no way of asking is recorded.
knowledge-no-tests = No test question expects this entry.
knowledge-expects = may be answered by
knowledge-translations = Translations
knowledge-more = About this entry
knowledge-log = Questions that got it
knowledge-history = Its history
knowledge-map = Argument map
knowledge-map-text = The map as text
knowledge-with-draft = { $count ->
     [one] Shown with the { $count } change in your draft.
    *[other] Shown with the { $count } changes in your draft.
    }
knowledge-see-published = See what is in service
knowledge-as-published = Shown as it is in service, without your draft.
knowledge-see-draft = See it with your draft
knowledge-draft-stuck = Your draft does not fit what is published by now, so it is left out here. Open the draft to mend it.
knowledge-is-withdrawn = This entry is withdrawn: no answer shows it.
knowledge-rests = { $count ->
     [one] { $count } entry rests on it
    *[other] { $count } entries rest on it
    }
knowledge-rests-none = Nothing rests on this source yet.

# The forms

edit-add-proposal = Add a proposal
edit-add-objection = Add an objection
edit-add-response = Add a reply
edit-add-counter = Add a counter to a reply
edit-add-fact = Add a fact
edit-add-term = Add a term
edit-add-faq = Add a question and its answer
edit-add-boundary = Add a boundary
edit-add-source = Add a source
edit-add-reason = Add a reason
edit-phrasings = Add ways of asking
edit-test = Add a test question
edit-item-phrasing = A way of asking
edit-item-test = A test question
edit-move = Move
edit-more = More fields
edit-group-main = Text and sources
edit-group-who = Who says it
edit-group-how = Who, how, since
edit-group-facts = Facts
edit-group-rationale = A reason for it
edit-group-more = More fields
edit-group-source-main = Edit
edit-group-source-more = More fields
edit-back = Back
edit-save = Put it into my draft
edit-check = Check
edit-nothing-yet = Nothing counts before the draft is published.
edit-taken = It is in your draft.
edit-already = It was in your draft already; nothing was added twice.
edit-fine = Nothing is wrong with it. It is not in your draft yet.
edit-nothing = Nothing differs from what stands there already, your draft included. Change something, or leave it.
edit-room = up to { $limit } characters
edit-offer-sources = Ids of the sources
edit-offer-entries = Ids to choose from
edit-now = It says now:
edit-now-empty = Nothing.
edit-look = As Discord shows it
edit-look-empty = Fill in the form: what members will read appears here.
edit-suggested = Suggestion { $number }, as somebody wrote it
edit-own-words = Write it in your own words: a near copy is refused.

# Fields that only these forms have, and what can be chosen

field-parent = Stands under
field-parent-help = The id of what it objects to or answers.
field-position = Position
field-position-help = A number from 1; empty: last.
field-language = Language
field-language-help = Of the lines below.
field-phrasing = How people ask for it
field-phrasing-help = One way of asking, in your own words.
field-ask = Question
field-ask-help = As somebody might ask it, in words that are not yet among the ways of asking.
field-expect = Entries that may answer it
field-expect-help = One id a line. Empty: it must not be answered.
field-must = How strict
field-must-help = Whether a publish is refused where it fails, or it only counts.
field-context = Asked after
field-context-help = The id of the entry shown before, where it is a follow-up.
field-id = Id
field-id-help = Lower-case letters, digits, dots and hyphens. Left out, it is made from the title; it never changes.
edit-choice-for = for
edit-choice-against = against
edit-choice-mixed = both sides
edit-choice-report = only reports
edit-choice-text = the text itself
edit-choice-copy = a copy
edit-choice-mention = a mention elsewhere
edit-choice-yes = yes
edit-choice-no = no
edit-choice-must = must hold
edit-choice-measured = counts in the totals
edit-choice-en = English
edit-choice-ru = Russian
edit-choice-uk = Ukrainian

# Why something was not taken

edit-no-repository = The knowledge cannot be changed here. Whoever runs the bot can change that:
edit-rebase = Somebody has published a change of the same since you began. Both versions:
edit-refused = This must not be published. Change the draft until its preview refuses nothing:
edit-unconfirmed = This changes past answers. Look at the preview again, then publish:
edit-stale = Meanwhile this draft has changed, was published or discarded, or the suggestion was decided or deleted. Look at it as it is now.
edit-stale-changed = Meanwhile this draft has changed. Look at it as it is now, and start its preview again.
edit-stale-gone = Meanwhile this draft was published or discarded: there is nothing left to do with it.
edit-stale-suggestion = Meanwhile somebody has decided on this suggestion, or it was deleted.
edit-own-work = Two people are the rule here: another moderator has to publish what you wrote, or what you suggested.
edit-verbatim = That is nearly what somebody else wrote. What users write does not get into the knowledge: say it in your own words.
edit-not-published = That did not work, and nothing has changed:
edit-overtaken = Somebody has changed this since you opened the form. What it says now stands under each field; what you typed is kept. Send it again to put yours in its place.
edit-gone = What this form is about is not there any more: it was withdrawn, moved or changed. What you typed is kept here to be copied.
edit-draft-changed = Your draft has changed since this form was opened. What you typed is kept; send it again if it is still to be added. The draft ends with:
edit-form = Some fields need another look; nothing has changed.
edit-cannot = That cannot be done as it stands; nothing has changed:

# The draft

draft-about = What you prepare. Others see nothing of it before it is published, or handed over.
draft-empty = Nothing is in it yet
draft-empty-about = Open an entry and edit it, or add one: each change lands here first.
draft-waiting = It waits for another moderator. Any change takes it back.
draft-changes = { $count ->
     [one] { $count } change
    *[other] { $count } changes
    }
draft-preview-about = The preview asks every past question again and says what would change. Publishing comes after it.
draft-takes-up = takes up suggestion { $number }
draft-remove = Remove
draft-remove-this = Remove change { $number }
draft-removed = It is out of your draft.
draft-hand-over = Hand it over
draft-two = Two people are the rule here: another moderator looks at it and publishes it.
draft-ask = Ask for approval
draft-submitted = It waits for another moderator now.
draft-discard = Discard the draft
draft-discard-about = All { $count } changes are lost.
draft-discard-tick = Yes, throw it away
draft-discard-sure = Tick the box if it is to be thrown away. Nothing has changed.
draft-discarded = The draft is gone.
draft-others = Waiting for you
draft-of = Draft by { $name }
draft-of-about = Somebody asks a second person to look at this and to publish it. It goes into the history under their name.
draft-gone = There is no such draft: it was published, discarded or taken back.
draft-name = Your name in the history
draft-name-label = Name
draft-name-about = Everybody can read it there. Empty: a pseudonym.
draft-name-kept = Your name is kept.

# The preview, and publishing

preview-start = Preview
preview-title = Preview
preview-about = What would change, held against every past question. Nothing is published yet.
preview-words = The change
preview-refused = Refused, because
preview-refused-about = Change the draft until nothing is refused.
preview-confirm = Past answers change
preview-confirm-tick = I have looked at these; they may change
preview-replay = Past questions
preview-expectations = Test questions
preview-same-totals = The test questions fare as before.
preview-unlearned = A new entry is found surely only after the topic is learned exactly, half a minute after publishing; until then test questions may fare worse than they will.
undo-goes = is no longer in answers
undo-back = is back
undo-changes = changes
preview-findings = Findings
preview-new = new
preview-gone = gone
preview-files = What changes in the files
preview-no-answer = no answer
preview-asked-back = asked back
preview-left-out = { $count } more are not shown.
preview-not-there = This preview is not known any more: it is kept for half an hour, and not across a restart, nor when somebody has their data deleted. Start it again from your draft or from the history.
preview-gone-typed = This preview is not known any more, so nothing was published. Start it again. Your reason, to be copied:
expectation-broken = fails from now on
expectation-mended = is met from now on
expectation-met = new and met
expectation-unmet = new and not met
expectation-added = new
expectation-retargeted = expects something else
expectation-retired = retired
total-cases = Test questions
total-top1 = Right at once
total-top3 = Right among the first three
total-precision = Right of those answered
total-coverage = Answered
total-out-of-scope-recall = Declined of those that must be
replay-none = No past questions to try it on.
replay-newly = newly answered
replay-noticed = would get a notice
replay-gone = no longer answered
replay-differently = answered differently
replay-reworded = in other words
replay-unchanged = as before
replay-list-gone = No longer answered
replay-list-differently = Answered differently
replay-list-newly = Newly answered
replay-list-noticed = Would get a notice
publish = Publish
publish-reason = Reason
publish-reason-about = What changes and why, in a sentence. It stands in the history for everybody.
publish-why = Say why in a sentence of at least three letters; it stands in the history. Nothing is published yet.
publish-confirm-first = Past answers change: look at them, tick the box, then publish. Nothing is published yet.
publish-anew = Somebody published meanwhile, so nothing was published here. This is what your change would do now.
publish-done = It is published and in service as { $commit }. Undo takes it back.
publish-done-before = This was published already; nothing was done twice.
publish-kept = Somebody was editing these files at that moment; they are as they left them: { $files }

# The history

history-about = Every publish, with who, why and what it did. Each can be undone.
history-of = What changed { $entry }.
history-all = All of the history
history-search = Find an entry: its history, take it down, bring it back
history-found = Entries
history-none = Nothing published has changed it
history-unknown = There is no such publish of this topic.
history-first = With this commit the topic began; it cannot be undone.
history-undo = Undo
history-undoing = Undo: { $what }
history-release = release { $before } → { $after }
history-kind-publish = published
history-kind-undo = undone
history-kind-withdraw = withdrawn
history-kind-restore = brought back
history-newly-answered = { $count ->
     [one] { $count } newly answered
    *[other] { $count } newly answered
    }
history-no-longer-answered = { $count ->
     [one] { $count } no longer answered
    *[other] { $count } no longer answered
    }
history-answered-differently = { $count ->
     [one] { $count } answered differently
    *[other] { $count } answered differently
    }
withdraw-open = Withdraw
withdraw-title = Withdraw an entry
withdraw-about = It leaves every answer at once, without a preview and without a second person. It can be brought back.
withdraw-below = { $count ->
     [one] { $count } argument under it goes with it:
    *[other] { $count } arguments under it go with it:
    }
withdraw-now = Withdraw now
withdraw-done = It is out of all answers.
withdraw-already = That is so already; nothing was done twice.
withdraw-rather = Not that urgent?
withdraw-rather-about = Put it into your draft: then a preview says what it would do to past questions.
restore-open = Bring back
restore-title = Bring an entry back
restore-about = It is shown in answers again at once. Test questions that went with it do not come back.
restore-now = Bring it back now
restore-done = It is in answers again.
