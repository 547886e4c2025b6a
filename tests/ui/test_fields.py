from django import forms
from django.template import Context, Template


class DeployForm(forms.Form):
    name = forms.CharField(help_text="Lower-case letters.")
    size = forms.IntegerField()
    note = forms.CharField(required=False)
    place = forms.ChoiceField(widget=forms.RadioSelect, choices=[("w", "Warsaw")])
    sure = forms.BooleanField()


def draw(source: str, form: forms.Form) -> str:
    return Template(source).render(Context({"form": form}))


def test_help_and_error_stand_beside_the_field_and_are_tied_to_it() -> None:
    html = draw("{% field form.name %}", DeployForm({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert "This field is required." in html


def test_only_fields_that_may_stay_empty_say_so() -> None:
    assert "optional" in draw("{% field form.note %}", DeployForm())
    assert "optional" not in draw("{% field form.name %}", DeployForm())


def test_a_unit_stands_behind_the_control() -> None:
    html = draw('{% field form.size suffix="GB" %}', DeployForm())
    assert '<span class="affix">GB</span>' in html


def test_other_keywords_become_attributes_of_the_control() -> None:
    html = draw('{% field form.name hx_get="/x" autofocus=True %}', DeployForm())
    assert 'hx-get="/x"' in html
    assert " autofocus" in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_a_refused_form_leaves_the_focus_to_what_is_wrong() -> None:
    assert " autofocus" not in draw("{% field form.name autofocus=True %}", DeployForm({}))


def test_choices_are_a_fieldset_with_a_legend() -> None:
    html = draw("{% field form.place %}", DeployForm())
    assert "<legend" in html
    assert 'class="choice"' in html


def test_a_checkbox_has_its_label_behind_it() -> None:
    html = draw("{% field form.sure %}", DeployForm())
    assert html.index("<input") < html.index("<label")


def test_a_long_form_links_to_the_fields_to_be_corrected() -> None:
    html = draw("{% form_errors form %}", DeployForm({"size": "3", "note": ""}))
    assert "3 fields need" in html
    assert 'href="#id_name"' in html


def test_a_form_drawn_as_one_has_the_same_look() -> None:
    form = DeployForm({})
    form.add_error(None, "No capacity left.")
    html = draw("{{ form }}", form)
    assert "No capacity left." in html
    assert html.count('id="id_name_error"') == 1


def test_a_form_that_was_not_sent_has_no_errors() -> None:
    assert draw("{% form_errors form %}", DeployForm()).strip() == ""
