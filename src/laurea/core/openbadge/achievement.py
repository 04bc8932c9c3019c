"""What is achieved and who achieved it: AchievementCredential of Open Badges 3.0 and its parts."""

from typing import Annotated, Literal

from laurea.core.openbadge.profile import BadgeCredential, EndorsementCredential, IdentifierEntry, IdentifierType, Image, Profile
from laurea.core.openbadge.values import ClosedThing, Jws, Language, Several, Text, Thing, Time, Url, term, types_or_text, types_with
from laurea.core.openbadge.vc import CREDENTIAL

ACHIEVEMENT_CREDENTIALS = ("OpenBadgeCredential", "AchievementCredential")
ACHIEVEMENT_SUBJECT = "AchievementSubject"
STATUSES = ("Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew")

# fmt: off
AchievementType = Annotated[str, term(
    "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge", "BachelorDegree",
    "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency", "Course", "CoCurricular", "Degree",
    "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram", "License",
    "Membership", "ProfessionalDoctorate", "QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential",
    "ResearchDoctorate", "SecondarySchoolDiploma",
)]
TargetType = Annotated[str, term(
    "ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL",
)]
ResultType = Annotated[str, term(
    "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result", "RubricCriterion",
    "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
)]
# fmt: on


class Alignment(Thing):
    """Where an achievement or a result stands in a framework of skills."""

    type: Annotated[tuple[str, ...], types_or_text("Alignment")]
    target_name: Text
    target_url: Url
    target_code: Text | None = None
    target_description: Text | None = None
    target_framework: Text | None = None
    target_type: TargetType | None = None


class Criteria(Thing):
    """What it takes to earn an achievement."""

    id: Url | None = None
    narrative: Text | None = None


class Related(Thing):
    """Another achievement, or this one in another language."""

    id: Url
    type: Annotated[tuple[str, ...], types_or_text("Related")]
    in_language: Language | None = None
    version: Text | None = None


class RubricCriterionLevel(Thing):
    """A level that a result may reach."""

    id: Url
    type: Annotated[tuple[str, ...], types_or_text("RubricCriterionLevel")]
    name: Text
    alignment: Annotated[tuple[Alignment, ...], Several] = ()
    description: Text | None = None
    level: Text | None = None
    points: Text | None = None


class ResultDescription(Thing):
    """What results an achievement can have."""

    id: Url
    type: Annotated[tuple[str, ...], types_or_text("ResultDescription")]
    name: Text
    result_type: ResultType
    alignment: Annotated[tuple[Alignment, ...], Several] = ()
    allowed_value: Annotated[tuple[Text, ...], Several] = ()
    required_level: Text | None = None
    required_value: Text | None = None
    rubric_criterion_level: Annotated[tuple[RubricCriterionLevel, ...], Several] = ()
    value_max: Text | None = None
    value_min: Text | None = None


class Achievement(Thing):
    """What can be achieved: the template that credentials are instances of."""

    id: Url
    type: Annotated[tuple[str, ...], types_or_text("Achievement")]
    name: Text
    description: Text
    criteria: Criteria
    alignment: Annotated[tuple[Alignment, ...], Several] = ()
    achievement_type: AchievementType | None = None
    creator: Profile | None = None
    credits_available: float | None = None
    endorsement: Annotated[tuple[EndorsementCredential, ...], Several] = ()
    endorsement_jwt: Annotated[tuple[Jws, ...], Several] = ()
    field_of_study: Text | None = None
    human_code: Text | None = None
    image: Image | None = None
    in_language: Language | None = None
    other_identifier: Annotated[tuple[IdentifierEntry, ...], Several] = ()
    related: Annotated[tuple[Related, ...], Several] = ()
    result_description: Annotated[tuple[ResultDescription, ...], Several] = ()
    specialization: Text | None = None
    tag: Annotated[tuple[Text, ...], Several] = ()
    version: Text | None = None


class IdentityObject(ClosedThing):
    """An identifier of the learner, plain or hashed."""

    type: Literal["IdentityObject"]
    hashed: bool
    identity_hash: Text
    identity_type: IdentifierType
    salt: Text | None = None


class Result(Thing):
    """What the learner reached."""

    type: Annotated[tuple[str, ...], types_or_text("Result")]
    achieved_level: Text | None = None
    alignment: Annotated[tuple[Alignment, ...], Several] = ()
    result_description: Text | None = None
    status: Annotated[str, term(*STATUSES, extensible=False)] | None = None
    value: Text | None = None


class AchievementSubject(Thing):
    """Who achieved what, and how."""

    type: Annotated[tuple[str, ...], types_or_text(ACHIEVEMENT_SUBJECT)]
    achievement: Achievement
    id: Url | None = None
    activity_end_date: Time | None = None
    activity_start_date: Time | None = None
    credits_earned: float | None = None
    identifier: Annotated[tuple[IdentityObject, ...], Several] = ()
    image: Image | None = None
    license_number: Text | None = None
    narrative: Text | None = None
    result: Annotated[tuple[Result, ...], Several] = ()
    role: Text | None = None
    source: Profile | None = None
    term: Text | None = None


class AchievementCredential(BadgeCredential):
    """A badge: an AchievementCredential, which is also called OpenBadgeCredential."""

    type: Annotated[tuple[str, ...], types_with((CREDENTIAL,), ACHIEVEMENT_CREDENTIALS)]
    name: Text | None = None
    image: Image | None = None
    credential_subject: AchievementSubject
    endorsement: Annotated[tuple[EndorsementCredential, ...], Several] = ()
    endorsement_jwt: Annotated[tuple[Jws, ...], Several] = ()
