# The Discord channel's own words. Entries are never here: they come from the knowledge base.
# Command and option names: lower case, no spaces, at most 32 characters (Discord's rule).

cmd-ask = ask
cmd-ask-about = Ask what a proposal says, what is objected to it and what is replied
cmd-proposals = proposals
cmd-proposals-about = Browse the proposals, their objections and the replies
cmd-objections = objections
cmd-objections-about = Show what is objected to a proposal, and what is replied
cmd-sources = sources
cmd-sources-about = Show the sources of an entry
cmd-map = map
cmd-map-about = Show a proposal's arguments as a picture
cmd-about = about
cmd-about-about = What this bot knows, and how current that is
cmd-help = help
cmd-help-about = How to ask, and what the buttons do
cmd-privacy = privacy
cmd-privacy-about = What is stored about you; export it or delete it
cmd-setup = setup
cmd-setup-about = Choose the topic's channels, its moderators and their channel
cmd-pause = pause
cmd-pause-about = Silence the bot in this channel
cmd-resume = resume
cmd-resume-about = Let the bot answer in this channel again
cmd-answer-this = Answer this

opt-question = question
opt-question-about = In your own words, or choose an entry
opt-topic = topic
opt-topic-about = Another collection than this channel's
opt-private = private
opt-private-about = Only you see the answer, and your words are not stored
opt-proposal = proposal
opt-proposal-about = Start typing its title
opt-entry = entry
opt-entry-about = Start typing its title
opt-minutes = minutes
opt-minutes-about = For how long; left out: until somebody resumes it

objections-and-replies = Objections and replies
sources = Sources
wrong = Wrong or missing
more = More
browse = What is in here
none-of-these = None of these
back = Back
next = Next
page = Page { $page } of { $pages }
proposals = Proposals
proposal = Proposal
map = Map
map-first = This is page 1 of { $pages }; *Map* shows you all of it.
clarify-private = Whoever chooses sees that answer privately; *More* → *Show to everyone* brings it here.
as-text = As text
why = Why this answer?
read-all = Read it all
follow-up = Follow up
show-everyone = Show to everyone
delete = Delete
ask = Ask
ask-privately = Ask privately
your-question = Your question
ask-example = For example: what is objected to asylum for deserters?
follow-example = For example: and who says that?

goes-on = (goes on under “More”)
also = Also here: { $what }
left-why = { $count ->
    [one] one more reason
   *[other] { $count } more reasons
  }
left-objection = { $count ->
    [one] one more objection
   *[other] { $count } more objections
  }
left-reply = { $count ->
    [one] one more reply
   *[other] { $count } more replies
  }
left-counter = { $count ->
    [one] one more counter-reply
   *[other] { $count } more counter-replies
  }
left-fact = { $count ->
    [one] one more fact
   *[other] { $count } more facts
  }
left-source = { $count ->
    [one] one more source
   *[other] { $count } more sources
  }
reply-count = { $count ->
    [0] no reply
    [one] one reply
   *[other] { $count } replies
  }
source-count = { $count ->
    [one] one source
   *[other] { $count } sources
  }
no-sources = No source is recorded for this.

browse-intro = { $count ->
    [0] Nothing is published here yet.
    [one] One proposal, with what is objected and what is replied. Choose it to read on.
   *[other] { $count } proposals, each with what is objected and what is replied. Choose one to read on.
  }
choose-proposal = Choose a proposal
choose-objection = Choose an objection to see the replies

more-intro = What next? Only you see this.
why-only-confidence = Confidence { $value }.
why-candidates = Entries considered: { $names }
why-from-log = The details are gone from memory; this stands in the log.
why-release = -# Release { $release }. No text is generated: answers are the collection's own words.

wrong-why = What is wrong with this answer, or missing? This is about the answer, not a vote on the argument.
wrong-choose = Choose what fits best
wrong-another = It answers another question
wrong-outdated = It is outdated
wrong-source = There is a problem with a source
wrong-one-sided = It is one-sided
wrong-else = Something else, or something is missing
wrong-which = Noted. Which of these did you mean?
wrong-nothing-near = Noted. Nothing else came near your question.
noted = Noted, thank you. The people who keep the collection will see it.
noted-before = You said so before; it is noted and counts once.
noted-gap = Noted as a gap, thank you. The people who keep the collection will see what is missing.
not-in-log = That question is no longer in the log. Ask it again first.

deleted = Deleted from the channel. The question stays in the log for review.
deleted-own = Deleted, here and in the log.
deleted-log = Deleted from the log. What you showed to everyone stays; its own *More* → *Delete* takes it away.
not-yours = Only whoever asked may do that, or a moderator of this topic.

help = How to ask
help-text = Ask in your own words, in English, Russian or Ukrainian: what a proposal says, how it would work, who says so, what is objected, what is replied, since when, by which sources.
    • `/ask`, or mention { $me } with your question, or write to it directly
    • Follow up by replying to an answer (leave the ping on), or by *More* → *Follow up*
    • `/proposals` to browse, `/objections`, `/sources`, `/map`, `/about`, `/privacy`
    • Something is missing, or there is a better source? `/suggest` tells the moderators
    • Right-click or long-press a message → Apps → *Answer this* to see privately what is on record
    The bot quotes a collection that people keep. It writes nothing of its own, ranks no argument and takes no side. Where it has nothing, it says so.
help-here-public = In this channel answers can be seen by everybody; choose `private` where you would rather not.
help-here-private = In this channel only you see the answers.
help-here-direct = Here every message is a question.
about-counts = { $proposals } proposals, { $entries } entries, { $sources } sources; as of { $when }.
about-bot = -# Rejoinder quotes this collection and says so where it has nothing. Questions are logged without names, so that those who keep it see what is missing: `/privacy`.

privacy = What is stored about you
privacy-text = **Stored with each question:** its time, the channel, a pseudonym made from your account's id with a secret key, your words without e-mail addresses, telephone numbers and the like, the answer's entry and how sure it was; and what you said under *Wrong or missing*. Never your name.
    {"**"}With each suggestion:** the same pseudonym and your words. Only if you asked to be told of the decision, your account's id too: encrypted, until you are told, for a month at most. The same holds where you pressed *Tell me* under a question without an answer.
    {"**"}If you are a moderator:** your drafts, the name that you chose, your verdicts in the review, and what you did and when, with the same pseudonym. What you publish stands in the collection's history for good, under that name or the pseudonym.
    {"**"}Not stored:** your words where you chose `private`, in direct messages, and where this bot was not set up by a server's moderators.
    {"**"}What for:** the people who keep the collection read the log to see what is missing. Nothing is trained on it, and nobody else gets it.
privacy-days = After { $days } days questions become daily counts.
privacy-kept = This server keeps the log until somebody deletes it.
export = Export my data
forget = Delete my data
forget-sure = This deletes all that is stored about you, in every server where this bot is, for good: questions, suggestions, and a moderator's unpublished draft and chosen name. What a moderator published stays in the collection's history, with the name that stands there. Answers in channels stay; delete those with *More* → *Delete*.
forget-yes = Yes, delete it
exported = { $count ->
    [0] No question is logged about you.
    [one] One question is logged about you; here it is, with all that belongs to it.
   *[other] { $count } questions are logged about you; here they are, with all that belongs to them.
  }
forgotten = { $count ->
    [0] No question was logged about you.
    [one] Deleted: one question and all that belonged to it.
   *[other] Deleted: { $count } questions and all that belonged to them.
  }
suggestions-too = Suggestions of yours: { $count }.
suggestions-gone = { $count ->
    [one] Deleted: one suggestion.
   *[other] Deleted: { $count } suggestions.
  }
drafts-gone = { $count ->
    [one] Deleted: one draft, not published.
   *[other] Deleted: { $count } drafts, not published.
  }
name-gone = Deleted: the name that you chose. Where you published, it stays in the collection's history.
forgotten-bytes = Copies in the database's free space vanish with its next clean-up.

setup = Set-up
setup-intro = Topic: **{ $topic }**. Each choice takes effect at once. In channels that are not chosen, only the person who asks sees the answer.
setup-topic = Topic
setup-channels = Channels with public answers
setup-role = Moderator role
setup-alerts = Moderators' channel for alerts
setup-none = none
setup-gone = No longer there: { $channel }.
setup-denied = I may not see these or write there: { $channel }. Give me “View Channel” and “Send Messages”.
setup-in-server = Set-up happens in a server in which the bot is a member.
setup-permission = For that you need the permission “Manage Server”.
setup-claim = This topic has no home server yet. Whoever runs the bot makes this one its home: by using this command here, or with the setting `discord_home`.
setup-elsewhere = This topic is at home in another server; only there can it be set up.
setup-everyone = That role is everybody's. Choose the role of your moderators.
moderators-only = Only this topic's moderators can do that, in its home server.
paused-now = The bot is silent in this channel until somebody uses `/resume`.
paused-until = The bot is silent in this channel; it answers again { $when }.
resumed = The bot answers in this channel again.
not-paused = The bot is not paused in this channel.
paused = The bot is paused in this channel by its moderators. In direct messages it answers.
alert = A notice was shown instead of an answer. Somebody may need help or a moderator's eye: { $link }

what-to-ask = Ask me about a proposal: what it says, what is objected, what is replied. `/help` says more.
only-private-here = In this channel I answer only privately: use `/ask`.
ping-to-follow-up = To follow up, reply with the ping on, mention me, or press *More* → *Follow up*. I cannot read other messages.
slow-down = { $seconds ->
    [one] Too many questions at once. Ask again in a second.
   *[other] Too many questions at once. Ask again in { $seconds } seconds.
  }
no-such-entry = There is no such entry here (any more). `/proposals` shows what there is.
no-such-topic = There is no such topic here. Choose one of those suggested.
no-words-in-message = That message has no words to answer.
not-of-bots = That message was written by a bot.
restarting = I am just restarting. Ask again in a minute.

error-log = Your question cannot be logged just now, so I do not answer it. Try again in a minute.
error-store = That cannot be stored just now; nothing has changed. Try again in a minute.
error-gone = What this belonged to has been deleted.
error-forbidden = I lack a permission here. A moderator can see which one in `/setup`.
error-platform = Discord did not take the answer. Try again. (error { $id })
error-ours = Something went wrong on my side; it is noted as error { $id }. What was logged is kept.
error-map = The picture could not be drawn just now. *Objections and replies* shows the same as text.
