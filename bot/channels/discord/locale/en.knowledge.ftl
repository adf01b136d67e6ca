# /knowledge: what moderators see. The engine's own sentences (what a change does, what it refuses)
# are English in every language; they stand below one of these.

cmd-knowledge = knowledge
cmd-knowledge-about = Change what the bot knows (moderators)
sub-draft = draft
sub-draft-about = Show what you are preparing
sub-add = add
sub-add-about = Add a proposal, objection, reply, fact, term, question, boundary or source
sub-edit = edit
sub-edit-about = Change an entry or a source
sub-phrase = phrase
sub-phrase-about = Add ways in which people ask for an entry
sub-withdraw = withdraw
sub-withdraw-about = Take an entry out of all answers at once, or bring it back
sub-preview = preview
sub-preview-about = Show what your draft would change, also in past answers
sub-publish = publish
sub-publish-about = Publish your draft
sub-history = history
sub-history-about = Show what was published, by whom and why
sub-undo = undo
sub-undo-about = Take a publish back, after a preview
sub-check = check
sub-check-about = Check the knowledge in service: findings and test questions

opt-kind = kind
opt-kind-about = What it is
opt-parent = parent
opt-parent-about = What it objects to or answers; start typing its title
opt-edited = entry
opt-edited-about = The entry or source to change; start typing its title
opt-phrased = entry
opt-phrased-about = The entry that people ask for; start typing its title
opt-withdrawn = entry
opt-withdrawn-about = The entry; what hangs under it goes with it
opt-reason = reason
opt-reason-about = Why; it stands in the history for everybody to read
opt-back = back
opt-back-about = Bring a withdrawn entry back
opt-of-entry = entry
opt-of-entry-about = Only what changed this entry
opt-commit = publish
opt-commit-about = The publish to take back; start typing its reason

kind-proposal = Proposal
kind-objection = Objection
kind-response = Reply to an objection
kind-counter = Counter to a reply
kind-fact = Fact
kind-term = Term
kind-faq = Question and answer
kind-boundary = Boundary
kind-source = Source

add-proposal = Add a proposal
add-objection = Add an objection
add-response = Add a reply
add-counter = Add a counter to a reply
add-fact = Add a fact
add-term = Add a term
add-faq = Add a question and its answer
add-boundary = Add a boundary
add-source = Add a source

field-title = Title
field-title-help = A few words that people recognise it by.
field-title-optional = Title
field-title-optional-help = Optional; left out, the start of the text stands in its place.
field-text = Text
field-text-help = The argument in plain sentences, as those who make it would say it.
field-sources = Sources, or what it rests on
field-sources-help = A line each: source-id or address, place in it; without one: common or inference
field-by = Who says it
field-by-help = One a line: a name as shown, or the id of a glossary term.
field-phrasings = How people ask for it
field-phrasings-help = One way of asking a line; ru: before a line says its language.
field-test = Test question
field-test-help = A question this must answer, in words not used above.
field-statement = What is proposed
field-statement-help = In one or two sentences.
field-proposed-by = Who proposes it
field-proposed-by-help = One a line: a name as shown, or the id of a glossary term.
field-how = How it would work
field-how-help = In plain sentences.
field-how-sources = Sources of how it would work
field-how-sources-help = A line each: source-id or address, place in it; without one: common or inference
field-since = What has happened since
field-since-help = In plain sentences, with dates.
field-since-sources = Sources of what happened since
field-since-sources-help = A line each: source-id or address, place in it; without one: common or inference
field-facts = Facts
field-facts-help = One a line: the id of a fact.
field-reason = A reason for it
field-reason-help = One reason why its proponents want it.
field-reason-sources = Sources of the reason
field-reason-sources-help = A line each: source-id or address, place in it; without one: common or inference
field-fact = The fact
field-fact-help = A figure or an event, in one or two sentences.
field-as-of = As of
field-as-of-help = A date as 2025, 2025-03 or 2025-03-01.
field-caution = Caution
field-caution-help = What a reader must keep in mind.
field-name = Name
field-name-help = Of the person, body or word.
field-definition = Who or what it is
field-definition-help = In one or two sentences.
field-aliases = Other names
field-aliases-help = One a line.
field-question = Question
field-question-help = As people ask it.
field-answer = Answer
field-answer-help = In plain sentences.
field-notice = Notice
field-notice-help = What is said instead of an answer.
field-covers = What falls under it
field-covers-help = For those who edit it; nobody else sees it.
field-alert = Tell the moderators
field-alert-help = Whether they hear of it when it is shown.
field-source-title = Title
field-source-title-help = As the source has it.
field-url = Address
field-url-help = In full, from https:// on.
field-author = Author
field-author-help = Who wrote or said it.
field-publisher = Publisher
field-publisher-help = The paper, the site, the body.
field-date = Date
field-date-help = As it stands there, best as 2025-03-01.
field-stance = Stance
field-stance-help = Where it stands.
field-seen = Seen
field-seen-help = What was read: the text itself, a copy, a mention elsewhere.
field-read-url = Address of the copy
field-read-url-help = Of the copy that was read.
field-note = Note
field-note-help = For those who edit it.
field-history-name = Name in the history
field-history-name-help = Everybody can read it there. Empty: a pseudonym.
field-entry = Entry
field-entry-help = Its id.
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
field-parent = Stands under
field-parent-help = The id of what it objects to or answers.
field-position = Position
field-position-help = A number from 1; empty: last.
field-publish-reason = Reason
field-publish-reason-help = What changes and why, in a sentence. It stands in the history for everybody.

choice-for = for
choice-against = against
choice-mixed = both sides
choice-report = only reports
choice-text = the text itself
choice-copy = a copy
choice-mention = a mention elsewhere
choice-yes = yes
choice-no = no
choice-must = must hold
choice-measured = counts in the totals
choice-en = English
choice-ru = Russian
choice-uk = Ukrainian

group-main = Text and sources
group-who = Who says it
group-how = Who, how, since
group-facts = Facts
group-rationale = A reason for it
group-more = More fields

draft = Your draft
draft-empty = Nothing is in it yet. `/knowledge` with *add*, *edit* or *phrase* puts something in; nothing counts before it is published.
draft-added = Added to your draft: **{ $entry }**. Nothing counts before it is published.
draft-taken = It is in your draft.
draft-has = { $count ->
    [one] Your draft holds one change; what you see has it.
   *[other] Your draft holds { $count } changes; what you see has them.
  }
draft-remove = Take something out of the draft
draft-suggestions = Takes up the suggestions { $numbers }; they count as approved once it is published.
draft-waiting = It waits for another moderator. Any change takes it back.
draft-of-other = { $count ->
    [one] Waits for approval: one change
   *[other] Waits for approval: { $count } changes
  }
add-phrasings = Add ways of asking
add-test = Add a test question
add-reason = Add a reason
edit-it = Edit
remove = Remove
move = Move
preview = Preview
publish = Publish
publish-confirm = Publish and change past answers
ask-approval = Ask for approval
discard = Discard
discard-sure = This throws your draft away for good. What is published stays as it is.
discard-yes = Yes, throw it away
discarded = Your draft is gone. What is published is as it was.
my-name = My name
name-now = In the history you are **{ $name }** from now on.
undo = Undo
look-at-it = Look at it
history = History

items-reason = { $count ->
    [one] One reason: edit or remove it
   *[other] { $count } reasons: edit or remove one
  }
items-phrasing = { $count ->
    [one] One way of asking: edit or remove it
   *[other] { $count } ways of asking: edit or remove one
  }
items-test = { $count ->
    [one] One test question: edit or remove it
   *[other] { $count } test questions: edit or remove one
  }
item-reason = A reason for it
item-phrasing = A way of asking
item-test = A test question
item-expects = May be answered by: { $entries }
item-gone = That has changed meanwhile. Open the entry again.

knowledge-parent-objection = An objection stands under a proposal: choose it as `parent`.
knowledge-parent-response = A reply stands under an objection: choose it as `parent`.
knowledge-parent-counter = A counter stands under a reply or another counter: choose it as `parent`.
move-no-entry = there is no entry { $entry }.
move-position = write a number from 1 to { $count }, or nothing.
knowledge-nothing = Nothing differs from what stands there already. Change something, or leave it.
knowledge-too-long = “{ $field }” is too long for a form of Discord. Edit it in the file.
knowledge-slow = That took too long to open a form. Try once more; it is quicker now.
knowledge-retry = Open the form again
knowledge-which = Which one? Nothing has changed yet. Choose from what appears while you type, or type the id:
form-unread = This form is not understood any more, and nothing has changed. Open it anew.
knowledge-retry-old = That form is too old, and what was typed is no longer kept. Start again with `/knowledge`.
knowledge-form = Some fields need another look; nothing has changed:
knowledge-cannot = That cannot be done as it stands; nothing has changed:
knowledge-no-repository = The knowledge cannot be changed here. Whoever runs the bot can change that:
knowledge-rebase = Somebody has published a change of the same since you began. Both versions:
knowledge-refused = This must not be published. Change the draft until its preview refuses nothing:
knowledge-unconfirmed = This changes past answers. Look at the preview, then publish from there:
knowledge-stale = Meanwhile that draft has changed, was published or discarded, or the suggestion was decided or deleted. Open it again with *draft* of `/knowledge`, or look at *history*.
knowledge-own-work = Two people are the rule here: another moderator has to publish what you wrote, or what you suggested. Ask for approval.
knowledge-not-published = It was not published, and nothing has changed:

working-start = Working on it …
working = Asking the questions of the past and the tests: { $done } of { $total } …
preview-queued = Another preview or check is being worked out; yours is next …
preview-refused = Refused, because
preview-confirm = To be confirmed: past answers change
preview-new = New findings
preview-gone = Findings that are gone
preview-mended = { $count ->
    [one] One finding is mended.
   *[other] { $count } findings are mended.
  }
preview-expectations = Test questions
preview-same-totals = The test questions fare as before.
preview-replay = Past questions
preview-more = { $count ->
    [one] and one more in the file
   *[other] and { $count } more in the file
  }
preview-file = The file has all of it. Only you see this.
preview-anew = Meanwhile it would change other past answers than you were shown. This is how it is now; nothing is published yet.
preview-look = Look at this before it is published; nothing is published yet.
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
replay-total = { $count ->
    [one] Tried on one past question:
   *[other] Tried on { $count } past questions:
  }
replay-same = none is answered differently
replay-newly-answered = { $count ->
    [one] one is newly answered
   *[other] { $count } are newly answered
  }
replay-no-longer-answered = { $count ->
    [one] one is no longer answered
   *[other] { $count } are no longer answered
  }
replay-answered-differently = { $count ->
    [one] one gets another answer
   *[other] { $count } get another answer
  }
replay-reworded = { $count ->
    [one] one gets the same entry in other words
   *[other] { $count } get the same entry in other words
  }
replay-list-gone = No longer answered
replay-list-differently = Answered differently
replay-list-newly = Newly answered
no-answer = no answer
in-other-words = the same in other words
asked-back = asked back
before = before
after = after

publish-why = Say why in a sentence of at least three letters; it stands in the history.
publish-reason-kept = Your reason, to be copied:
published = Published
published-as = It is in service. In the history it is { $commit }; *Undo* there takes it back.
published-kept = Somebody was editing these files at that moment; they are as they left them: { $files }
asked-approval = Your draft waits for another moderator, who is told in the moderators' channel.
asked-approval-unheard = Your draft waits for another moderator. There is no moderators' channel in `/setup`, so tell somebody: *draft* of `/knowledge` shows it to them.
withdrawn = **{ $entry }** is out of all answers. `/knowledge` *withdraw* with `back` brings it back.
restored = **{ $entry }** is in answers again.
words-withdrawn = Withdrawn: { $entry }
words-restored = Back in answers: { $entry }
office-published = { $name } has published:
office-withdrawn = { $name } has withdrawn something:
office-restored = { $name } has brought something back:
office-more = { $count ->
    [one] and one more change; *{ look-at-it }* shows it
   *[other] and { $count } more changes; *{ look-at-it }* shows them
  }
office-waiting = { $count ->
    [one] { $name } asks for approval of one change:
   *[other] { $name } asks for approval of { $count } changes:
  }

history-choose = Choose a publish to see what it changed
history-none = Nothing that was published has changed that entry.
history-unknown = There is no such publish of this topic. Look at *history* of `/knowledge`.
check = Check
check-release = Release { $release } with { $entries } entries is in service.
check-expectations = { $count ->
    [one] Met: { $passed } of one test question.
   *[other] Met: { $passed } of { $count } test questions.
  }
check-musts = Must hold and fail
check-below = Below the floor
check-unmet = not met: “{ $ask }”: expected: { $wanted }; got: { $got }
check-unmet-must = must hold and is not met: “{ $ask }”: expected: { $wanted }; got: { $got }
check-findings = { $count ->
    [0] No findings.
    [one] One finding:
   *[other] { $count } findings:
  }
knowledge-overtaken = Somebody has changed this since you opened the form. It says now:
    { $now }
    Put your changes into the newest version: press the button again.
