throw new Error('this plugin needs a licence');
