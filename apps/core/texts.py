from django.utils.functional import Promise

Text = str | Promise  #: what people read; translated when it is shown
